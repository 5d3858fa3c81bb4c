import Foundation
import Storage
import TestSupport
import Testing

@Suite(.timeLimit(.scaled(minutes: 5))) struct FileLeaseTests {
    let folder: TemporaryFolder
    var prefix: String { folder.file("db-process-") }

    init() throws { folder = try TemporaryFolder() }

    @Test func everyHolderHasItsOwnNumberAndADeadOnesIsFreeAgain() throws {
        let one = try FileLease.lowestFree(prefix: prefix)
        do {
            let two = try FileLease.lowestFree(prefix: prefix)
            #expect((one.name, two.name) == (1, 2))
            #expect(one.isAlive(2) && two.isAlive(1))
        }
        #expect(!one.isAlive(2))
        #expect(one.isAlive(1))
        #expect(!one.isAlive(3), "no such file")
        #expect(try FileLease.lowestFree(prefix: prefix).name == 2)
        #expect(try folder.names == ["db-process-1", "db-process-2"], "the files of numbers stay")
        #expect(try folder.mode("db-process-1") == 0o600)
    }

    @Test func aNamedLeaseIsAliveUntilItIsReleased() throws {
        let observer = try FileLease("observer", prefix: prefix)
        let lease = try FileLease("abc", prefix: prefix)
        #expect(observer.isAlive("abc"))
        #expect(throws: StoreError.self) { try FileLease("abc", prefix: prefix) }
        lease.release()
        #expect(!observer.isAlive("abc"))
        #expect(!observer.isAlive("never"))
        #expect(try folder.names == ["db-process-observer"])
        lease.release()
    }

    @Test func theFileOfADeadNamedOwnerIsRemoved() throws {
        let observer = try FileLease("observer", prefix: prefix)
        try PrivateFile.create(prefix + "dead")
        #expect(!observer.isAlive("dead"))
        #expect(try folder.names == ["db-process-observer"])
    }

    /// Opening fails here with `ELOOP`, for root too; other reasons are a lack of permission or of descriptors.
    @Test func anOwnerWhoseFileCannotBeOpenedCountsAsAlive() throws {
        let lease = try FileLease.lowestFree(prefix: prefix)
        try FileManager.default.createSymbolicLink(
            atPath: prefix + "2", withDestinationPath: prefix + "2")
        #expect(lease.isAlive(2))
        let named = try FileLease("one", prefix: prefix)
        try FileManager.default.createSymbolicLink(
            atPath: prefix + "two", withDestinationPath: prefix + "two")
        #expect(named.isAlive("two"))
    }

    @Test func inMemoryThereAreNoOthers() {
        let lease = FileLease(inMemory: 1)
        #expect(lease.isAlive(1) && !lease.isAlive(2))
    }

    @Test func aFolderThatIsMissingIsNamed() {
        let error = #expect(throws: StoreError.self) {
            try FileLease.lowestFree(prefix: folder.file("missing/db-process-"))
        }
        #expect(error?.kind == .notWritable)
        #expect(error?.message.contains(folder.file("missing/db-process-1")) == true)
    }
}
