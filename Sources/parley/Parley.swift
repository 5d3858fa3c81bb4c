import ArgumentParser
import AgentClient
import AgentServer
import ChatUI
import Terminal
import Settings

@main
struct Parley: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "parley")
    func run() async throws { print("hi") }
}
