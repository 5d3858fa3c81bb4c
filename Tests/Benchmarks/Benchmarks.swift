import ArgumentParser
import Foundation

/// Measures what Parley claims about its speed. Figures of one run are comparable with each other, hardly with those of
/// another run or machine; the ratio says how a cost grows from the first case to the last.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks",
        abstract: "Measure Parley.",
        discussion: "Processor times (cpu) are steadier than times on the clock. Run it in a release build.",
        subcommands: [Serve.self])

    static let all: [Benchmark] =
        TextBenchmarks.all + InterfaceBenchmarks.all + StartBenchmarks.all + PaintingBenchmarks.all
        + StoreBenchmarks.all + PollBenchmarks.all
        + ReplyBenchmarks.all + ServerBenchmarks.all

    @Option(help: "Run only those whose name contains this.")
    var filter: String?

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Print the names and run nothing.")
    var list = false

    @MainActor
    func run() async throws {
        let chosen = Self.all.filter { filter == nil || $0.name.contains(filter ?? "") }
        guard !chosen.isEmpty else { throw ValidationError("No benchmark is called “\(filter ?? "")”.") }
        var figures: [String: [Figure]] = [:]
        for benchmark in chosen {
            if !json { say(benchmark.name) }
            if list { continue }
            let measured = try await benchmark.run()
            figures[benchmark.name] = measured
            if !json { for figure in measured { say(figure.text) } }
        }
        if json, !list { try printJSON(figures) }
    }

    private func printJSON(_ figures: [String: [Figure]]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        say(String(decoding: try encoder.encode(figures), as: UTF8.self))
    }

    /// At once, also into a pipe: the runs take their time.
    private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
