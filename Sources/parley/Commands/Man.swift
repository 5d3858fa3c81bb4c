import ArgumentParser
import Foundation
import Settings
import Storage

/// `parley man`
struct Man: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the manual.",
        discussion: """
            Without a page it shows that of parley itself. A page is named by a subcommand, such as send or serve keys, or by a \
            file: config.5, keys.5, theme.5, language.5, server.5; as in man, a section may also come first. The page is \
            formatted by man, or by mandoc; where neither is installed parley does it.
            """)

    @Argument(help: "The page.", completion: Completions.pages)
    var page: [String] = []

    @Flag(help: "List the pages.")
    var list = false

    @Flag(help: "Print the source of the page, for man or mandoc.")
    var source = false

    @Option(
        help: ArgumentHelp(
            "Write the sources of all pages into this folder, in man1 and man5.", valueName: "folder"),
        completion: .directory)
    var write: String?

    func validate() throws {
        let chosen = [list, source, write != nil].count { $0 }
        if chosen > 1 { throw ValidationError("Choose one of --list, --source and --write.") }
        if list || write != nil, !page.isEmpty {
            throw ValidationError("--list and --write are about all pages: leave out the page.")
        }
    }

    func run() throws {
        let pages = try ManualPage.all()
        if list {
            var table = Table()
            for page in pages { table.add([.init(page.reference, .bold), .init(page.about)]) }
            return try table.write(to: .standard)
        }
        if let write { return try Self.write(pages, into: URL(fileURLWithPath: write).path) }
        let page = try ManualPage.named(page, among: pages)
        if source { return try Output.standard.write(page.source) }
        try PageViewer.show(page)
    }

    private static func write(_ pages: [ManualPage], into folder: String) throws {
        for page in pages {
            let place = "\(folder)/man\(page.section)"
            do {
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                try AtomicFile.write(page.source, to: "\(place)/\(page.fileName)", mode: 0o644)
            } catch let error as FileError {
                throw Failure(message: "\(place)/\(page.fileName) could not be written: \(error.reason).")
            } catch {
                throw Failure(message: "The folder \(place) could not be made: \(error.localizedDescription)")
            }
        }
    }
}
