import Foundation

/// Where Parley keeps its files, after the XDG base directory specification.
public struct Folders: Hashable, Sendable {
    /// The person's home folder.
    public var home: String
    /// `config.toml`, `keys.toml`, `server.toml` and `themes/`.
    public var config: String
    /// The two databases.
    public var data: String
    /// The log.
    public var state: String

    /// - Parameters:
    ///   - environment: `XDG_CONFIG_HOME`, `XDG_DATA_HOME`, `XDG_STATE_HOME` and `HOME` are looked at. What is not an absolute
    ///     path is ignored, as the specification says.
    ///   - home: the home folder where the environment names none.
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
    public var serverFile: String { config + "/server.toml" }
    public var database: String { data + "/parley.sqlite" }
    public var serverDatabase: String { data + "/server.sqlite" }
    public var logFile: String { state + "/parley.log" }

    /// A path as the person would write it: `~` for the home folder.
    public func display(_ path: String) -> String {
        if path == home { return "~" }
        return home != "" && path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
    }

    /// A path as the person wrote it, made absolute: `~` is the home folder, a relative path starts at the config folder.
    public func resolve(_ path: String) -> String {
        if path == "~" { return home }
        if path.hasPrefix("~/") { return home + path.dropFirst(1) }
        return path.hasPrefix("/") ? path : config + "/" + path
    }

    /// Makes a folder and the ones above it that are missing, each for its owner alone (0700). Folders that exist keep
    /// their mode.
    public func make(_ folder: String) throws(Problem) {
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/" + part
            guard mkdir(path, 0o700) != 0 else { continue }
            let reason = errno
            guard !Self.isFolder(path) else { continue }
            if reason == EEXIST {
                throw Problem(
                    file: display(path), message: "This is not a folder.", advice: "Move it out of the way.")
            }
            throw Problem(
                file: display(path), message: "The folder cannot be made: \(Self.words(reason)).",
                advice:
                    "Make it by hand, or name another place in XDG_CONFIG_HOME, XDG_DATA_HOME or XDG_STATE_HOME."
            )
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func trimmed(_ path: String) -> String {
        var path = path
        while path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// The system's words for an error number, without its capital.
    static func words(_ number: Int32) -> String {
        let words = String(cString: strerror(number))
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}
