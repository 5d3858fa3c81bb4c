import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.scaled(minutes: 5))) struct DatabaseFileTests {
    let folder: TemporaryFolder
    private static let id: Int32 = 0x5465_7374

    init() throws { folder = try TemporaryFolder() }

    private func file(_ name: String = "db", id: Int32 = id, migrations: [String] = ["first"]) -> DatabaseFile
    {
        var migrator = DatabaseMigrator()
        for name in migrations {
            migrator.registerMigration(name) { try $0.execute(sql: "CREATE TABLE \(name) (a)") }
        }
        return DatabaseFile(path: folder.file(name), applicationID: id, migrator: migrator)
    }

    private func open(_ file: DatabaseFile) throws { try file.open(Configuration()).close() }

    private func error(_ file: DatabaseFile) throws -> StoreError {
        try #require(throws: StoreError.self) { try open(file) }
    }

    private func applicationID() throws -> Int32? {
        let queue = try DatabaseQueue(path: folder.file("db"))
        defer { try? queue.close() }
        return try queue.read { try Int32.fetchOne($0, sql: "PRAGMA application_id") }
    }

    /// Writes a file by other means.
    private func write(_ sql: String) throws {
        let queue = try DatabaseQueue(path: folder.file("db"))
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func write(by migrator: DatabaseMigrator) throws {
        let queue = try DatabaseQueue(path: folder.file("db"))
        try migrator.migrate(queue)
        try queue.close()
    }

    @Test func aNewFileIsPrivateMarkedAndOpensAgain() throws {
        try open(file("data/parley/db"))
        #expect(try folder.mode("data/parley") == 0o700)
        #expect(try folder.mode("data/parley/db") == 0o600)
        try open(file())
        #expect(try applicationID() == Self.id)
        try open(file(migrations: ["first", "second"]))
    }

    @Test func aFileThatOthersCouldReadIsRestricted() throws {
        try open(file())
        chmod(folder.file("db"), 0o644)
        try open(file())
        #expect(try folder.mode("db") == 0o600)
    }

    @Test func aFileWithoutAMarkIsOursByItsFirstMigration() throws {
        try write(by: file(migrations: ["first"]).migrator)
        #expect(try applicationID() == 0)
        try open(file(migrations: ["first", "second"]))
        #expect(try applicationID() == Self.id)
    }

    @Test func anInterruptedFirstMigrationBeginsAgain() throws {
        try write(by: DatabaseMigrator())
        try open(file())
        #expect(try applicationID() == Self.id)
    }

    @Test(arguments: [
        "CREATE TABLE thing (a)",
        "PRAGMA application_id = 7",
        "PRAGMA application_id = 7; CREATE TABLE grdb_migrations (identifier TEXT); "
            + "INSERT INTO grdb_migrations VALUES ('first')",
        "CREATE TABLE grdb_migrations (identifier TEXT); INSERT INTO grdb_migrations VALUES ('other')",
    ])
    func anotherProgramsDatabaseIsLeftAlone(sql: String) throws {
        try write(sql)
        chmod(folder.file("db"), 0o644)
        let before = try folder.contents("db")
        let error = try error(file())
        #expect(error.kind == .notADatabase)
        #expect(error.message.contains(folder.file("db")))
        #expect(try folder.contents("db") == before)
        #expect(try folder.mode("db") == 0o644)
    }

    @Test func theOtherDatabaseOfParleyIsLeftAlone() throws {
        try open(file(id: 1))
        #expect(try error(file()).kind == .notADatabase)
    }

    @Test func aFileThatIsNoDatabaseIsLeftAlone() throws {
        let notes = Data(repeating: 0x61, count: 5000)
        try notes.write(to: URL(fileURLWithPath: folder.file("db")))
        #expect(try error(file()).kind == .notADatabase)
        #expect(try folder.contents("db") == notes)
    }

    @Test(arguments: [true, false])
    func aNewerFileIsLeftAlone(isMarked: Bool) throws {
        if isMarked {
            try open(file(migrations: ["first", "later"]))
            try write("DELETE FROM first")  // Closes with everything in the one file.
        } else {
            try write(by: file(migrations: ["first", "later"]).migrator)
        }
        let before = try folder.contents("db")
        let error = try error(file())
        #expect(error.kind == .newer)
        #expect(error.message.contains("Update Parley"))
        #expect(try folder.contents("db") == before)
    }

    @Test func aFolderInPlaceOfTheFileIsNamed() throws {
        try PrivateFile.createFolder(folder.file("db"))
        let error = try error(file())
        #expect(error.kind == .notADatabase)
        #expect(error.message.contains("is a folder"))
    }

    @Test func aFolderThatCannotBeCreatedIsNamed() throws {
        try PrivateFile.create(folder.file("file"))
        let error = try error(file("file/parley/db"))
        #expect(error.kind == .notWritable)
        #expect(error.message.contains(folder.file("file/parley")))
    }

    @Test func severalProgramsOpenANewFileAtOnce() async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 { group.addTask { try open(file()) } }
            try await group.waitForAll()
        }
        #expect(try applicationID() == Self.id)
    }
}
