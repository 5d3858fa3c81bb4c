import Foundation
import Settings
import TestSupport
import Testing

@Suite struct FoldersTests {
    @Test func theHomeFolderIsTheFallback() {
        let folders = Folders(environment: ["HOME": "/home/ann/"], home: "/elsewhere")
        #expect(folders.configFile == "/home/ann/.config/parley/config.toml")
        #expect(folders.keysFile == "/home/ann/.config/parley/keys.toml")
        #expect(folders.serverFile == "/home/ann/.config/parley/server.toml")
        #expect(folders.themesFolder == "/home/ann/.config/parley/themes")
        #expect(folders.database == "/home/ann/.local/share/parley/parley.sqlite")
        #expect(folders.serverDatabase == "/home/ann/.local/share/parley/server.sqlite")
        #expect(folders.logFile == "/home/ann/.local/state/parley/parley.log")
    }

    @Test func theXDGVariablesComeFirst() {
        let folders = Folders(
            environment: [
                "HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d/", "XDG_STATE_HOME": "/s",
            ], home: "/x")
        #expect([folders.config, folders.data, folders.state] == ["/c/parley", "/d/parley", "/s/parley"])
    }

    @Test func relativeAndEmptyVariablesAreIgnored() {
        let folders = Folders(
            environment: ["HOME": "", "XDG_CONFIG_HOME": "c", "XDG_DATA_HOME": ""], home: "/home/ann")
        #expect(folders.config == "/home/ann/.config/parley")
        #expect(folders.data == "/home/ann/.local/share/parley")
    }

    @Test func pathsAreShownAndReadWithATilde() {
        let folders = Folders(environment: ["HOME": "/home/ann"], home: "/")
        #expect(folders.display("/home/ann/.config/x") == "~/.config/x")
        #expect(folders.display("/home/anna/x") == "/home/anna/x")
        #expect(folders.display("/home/ann") == "~")
        #expect(folders.resolve("~/key") == "/home/ann/key")
        #expect(folders.resolve("/etc/key") == "/etc/key")
        #expect(folders.resolve("key") == "/home/ann/.config/parley/key")
    }

    @Test func missingFoldersAreMadeForTheirOwnerAlone() throws {
        let folder = try TemporaryFolder()
        try folder.folders.make(folder.folders.state)
        for name in [".local", ".local/state", ".local/state/parley"] {
            #expect(try folder.mode(name) == 0o700)
        }
        try folder.folders.make(folder.folders.state)
    }

    @Test func aFileInTheWayIsReported() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: ".local")
        #expect(
            throws: Problem(
                file: "~/.local", message: "This is not a folder.",
                advice: "Move it out of the way.")
        ) {
            try folder.folders.make(folder.folders.state)
        }
    }
}
