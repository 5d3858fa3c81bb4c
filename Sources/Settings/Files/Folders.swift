import Foundation
import Storage

/// Where Parley keeps its files, by the XDG base directory specification.
public struct Folders: Hashable, Sendable {
    /// The person's home folder.
    public var home: String
    /// `config.toml`, `keys.toml`, `server.toml`, `themes/`, `languages/` and `templates/`.
    public var config: String
    /// The two databases.
    public var data: String
    /// The log.
    public var state: String

    /// - Parameters:
    ///   - environment: read for `XDG_CONFIG_HOME`, `XDG_DATA_HOME`, `XDG_STATE_HOME` and `HOME`. Values that are no absolute path
    ///     are ignored, as the specification demands.
    ///   - home: the home folder if the environment names none.
    public init(environment: [String: String], home: String) {
        func absolute(_ name: String) -> String? {
            environment[name].flatMap { $0.hasPrefix("/") ? Self.trimmed($0) : nil }
        }
        let home = absolute("HOME") ?? Self.trimmed(home)
        self.home = home
        config = (absolute("XDG_CONFIG_HOME") ?? home + "/.config") + "/parley"
        data = (absolute("XDG_DATA_HOME") ?? home + "/.local/share") + "/parley"
        state = (absolute("XDG_STATE_HOME") ?? home + "/.local/state") + "/parley"
    }

    public var configFile: String { config + "/config.toml" }
    public var keysFile: String { config + "/keys.toml" }
    public var themesFolder: String { config + "/themes" }
    public var languagesFolder: String { config + "/languages" }
    public var templatesFolder: String { config + "/templates" }
    public var serverFile: String { config + "/server.toml" }
    public var database: String { data + "/parley.sqlite" }
    public var serverDatabase: String { data + "/server.sqlite" }
    public var logFile: String { state + "/parley.log" }

    /// A path as the person would write it: `~` for the home folder.
    public func display(_ path: String) -> String {
        if path == home { return "~" }
        return home != "" && path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
    }

    /// Makes a path from a settings file absolute: `~` is the home folder, a relative path starts at the config folder.
    public func resolve(_ path: String) -> String {
        if path == "~" { return home }
        if path.hasPrefix("~/") { return home + path.dropFirst(1) }
        return path.hasPrefix("/") ? path : config + "/" + path
    }

    /// Creates a folder and its missing parents for their owner alone (0700). Existing folders keep their mode.
    public func make(_ folder: String) throws(Problem) {
        do throws(FileError) {
            try PrivateFile.createFolder(folder)
        } catch {
            if error.number == ENOTDIR {
                throw Problem(
                    file: display(error.path), message: "This is not a folder.",
                    advice: "Move it out of the way.")
            }
            throw Problem(
                file: display(error.path), message: "The folder cannot be created: \(error.reason).",
                advice:
                    "Create it yourself, or name another place in XDG_CONFIG_HOME, XDG_DATA_HOME or XDG_STATE_HOME."
            )
        }
    }

    private static func trimmed(_ path: String) -> String {
        var path = path
        while path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
