import ArgumentParser

/// `parley`: the interface.
struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the interface (what parley does by itself).")

    @OptionGroup var setup: SetupOptions

    func run() async throws {
        throw Failure(
            message:
                "The interface is not part of this build; its author puts it in the place of this command.")
    }
}
