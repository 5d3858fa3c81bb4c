import Foundation
import Storage
import TestSupport
import Testing

@Suite struct FileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func missingFoldersAreCreatedForTheirOwnerAlone() throws {
        chmod(folder.path, 0o755)
        try PrivateFile.createFolder(folder.file("a/b/c/"))
        for name in ["a", "a/b", "a/b/c"] { #expect(try folder.mode(name) == 0o700) }
        #expect(try folder.mode("") == 0o755, "existing folders keep their mode")
        try PrivateFile.createFolder(folder.file("a/b/c"))
    }

    @Test func aFileWhereAFolderShouldBeIsNamed() throws {
        try PrivateFile.create(folder.file("a"))
        #expect(throws: FileError(path: folder.file("a"), number: ENOTDIR)) {
            try PrivateFile.createFolder(folder.file("a/b"))
        }
    }

    @Test func aPrivateFileIsPrivateFromTheStart() throws {
        try PrivateFile.create(folder.file("a"))
        #expect(try folder.mode("a") == 0o600)
        #expect(throws: FileError(path: folder.path, number: EISDIR)) { try PrivateFile.create(folder.path) }
    }

    @Test func anAtomicFileHasItsModeAndLeavesNothingElseBehind() throws {
        let text = String(repeating: "a line\n", count: 100_000)
        try AtomicFile.write(text, to: folder.file("a"), mode: 0o640)
        #expect(try folder.contents("a") == Data(text.utf8))
        #expect(try folder.mode("a") == 0o640)
        try AtomicFile.write("short", to: folder.file("a"), mode: 0o600)
        #expect(try folder.contents("a") == Data("short".utf8))
        #expect(try folder.names == ["a"])
    }

    @Test func anExistingFileIsKeptOnRequest() throws {
        try AtomicFile.write("one", to: folder.file("a"), mode: 0o600, overwriting: false)
        let error = #expect(throws: FileError.self) {
            try AtomicFile.write("two", to: folder.file("a"), mode: 0o600, overwriting: false)
        }
        #expect(error?.number == EEXIST)
        #expect(try folder.contents("a") == Data("one".utf8))
        #expect(try folder.names == ["a"])
    }

    @Test func aMissingFolderFails() {
        let path = folder.file("missing/a")
        #expect(throws: FileError(path: path, number: ENOENT)) {
            try AtomicFile.write("", to: path, mode: 0o600)
        }
    }

    @Test func reasonsReadWellInASentence() {
        #expect("\(FileError(path: "/x", number: EACCES))" == "/x: permission denied")
    }
}
