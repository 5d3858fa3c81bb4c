import Foundation
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.scaled(minutes: 5))) struct FolderWatchTests {
    private let folder: TemporaryFolder
    private let log = EventLog<Int>()

    init() throws { folder = try TemporaryFolder() }

    private func watch() throws -> FolderWatch {
        let watch = FolderWatch(of: [folder.path, folder.file("themes")], suffixes: [".toml"]) { [log] in
            log.add(log.events.count)
        }
        return try #require(watch)
    }

    private func isReported(_ number: Int) async throws {
        try await eventually { log.events.count >= number }
    }

    @Test func aSavedFileIsReportedHoweverItIsSaved() async throws {
        let watch = try watch()
        try folder.write("a", to: "config.toml")
        try await isReported(1)
        // As editors do: another file takes its name.
        try folder.write("b", to: "config.new")
        #expect(rename(folder.file("config.new"), folder.file("config.toml")) == 0)
        try await isReported(2)
        watch.stop()
    }

    @Test func otherFilesAreNot() async throws {
        let watch = try watch()
        for name in [".config.toml.swp", "config.toml~", "notes.txt", ".hidden.toml"] {
            try folder.write("a", to: name)
        }
        try folder.write("a", to: "keys.toml")
        try await isReported(1)
        #expect(log.events.count == 1)
        watch.stop()
    }

    @Test func aFolderThatIsMadeLaterIsWatched() async throws {
        let watch = try watch()
        try folder.write("a", to: "themes/mine.toml")
        try await isReported(1)
        let before = log.events.count
        try folder.write("b", to: "themes/mine.toml")
        try await isReported(before + 1)
        watch.stop()
    }

    @Test func whereNoFolderIsThereIsNothingToWatch() {
        #expect(FolderWatch(of: [folder.file("missing")], suffixes: [".toml"]) {} == nil)
    }
}
