import Foundation
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.scaled(minutes: 5))) struct DatabaseWatchTests {
    private let folder: TemporaryFolder
    private let log = EventLog<DatabaseWatch.Change>()
    private var path: String { folder.file("db.sqlite") }

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("", to: "db.sqlite")
    }

    private func watch() throws -> DatabaseWatch {
        let watch = DatabaseWatch(of: path, report: log.add)
        return try #require(watch)
    }

    private func append(to name: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: folder.file(name)))
        try file.seekToEnd()
        try file.write(contentsOf: Data([0]))
        try file.close()
    }

    @Test(arguments: ["db.sqlite", "db.sqlite-wal"])
    func aWriteIsReported(file: String) async throws {
        try folder.write("", to: file)
        let watch = try watch()
        try append(to: file)
        #expect(try await log.first { $0.hasWrites } == DatabaseWatch.Change(hasWrites: true))
        watch.stop()
    }

    @Test func theEndOfALeaseIsReportedAndALookAtOneIsNot() async throws {
        let prefix = path + "-process-"
        let observer = try FileLease.lowestFree(prefix: prefix)
        let other = try FileLease.lowestFree(prefix: prefix)
        let watch = try watch()
        #expect(observer.isAlive(other.name))
        #expect(!observer.isAlive(77))
        try append(to: "db.sqlite")
        #expect(try await log.first { $0.hasWrites }.hasEnds == false, "a look is no end")
        other.release()
        try await log.first { $0.hasEnds }
        #expect(!observer.isAlive(other.name))
        watch.stop()
    }

    /// What a kill leaves to be noticed: the system closes the file.
    @Test func aKilledHolderIsReported() async throws {
        try folder.write("", to: "db.sqlite-process-3")
        let output = Pipe()
        let holder = try ChildProcess(
            "/bin/sh",
            [
                "-c", "exec 9<>\"$1\"; echo; exec sleep 600", "sh", folder.file("db.sqlite-process-3"),
            ], environment: [:], output: output.fileHandleForWriting)
        try output.fileHandleForWriting.close()
        _ = output.fileHandleForReading.availableData
        let watch = try watch()
        kill(holder.processIdentifier, SIGKILL)
        try await log.first { $0.hasEnds }
        watch.stop()
    }

    @Test func otherFilesOfTheFolderAreNot() async throws {
        let watch = try watch()
        for name in ["server.sqlite", "db.sqlite-shm", "other-process-1"] {
            try folder.write("", to: name)
            try append(to: name)
        }
        try append(to: "db.sqlite")
        try await log.first { _ in true }
        #expect(log.events.first == DatabaseWatch.Change(hasWrites: true))
        watch.stop()
    }

    @Test func aThousandWritesAreFewReports() async throws {
        let watch = try watch()
        for _ in 0..<1000 { try append(to: "db.sqlite") }
        try await log.first { _ in true }
        let before = log.events.count
        try append(to: "db.sqlite")
        try await eventually { log.events.count > before }
        #expect(log.events.count < 100)
        watch.stop()
    }

    @Test func aFolderThatIsNotThereCannotBeWatched() {
        #expect(DatabaseWatch(of: folder.file("missing/db.sqlite")) { _ in } == nil)
    }

    @Test func itEndsWithItsFolderAndWithItsLastUser() async throws {
        for _ in 0..<20 {
            let watch = try watch()
            watch.stop()
            watch.stop()
        }
        let gone = try TemporaryFolder()
        let watch = DatabaseWatch(of: gone.file("db.sqlite")) { _ in }
        try FileManager.default.removeItem(atPath: gone.path)
        watch?.stop()
    }
}
