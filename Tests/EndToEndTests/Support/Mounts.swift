import Foundation
import TestSupport

/// Folders that cannot be written, made for real: the program runs in a name space of its own, in which the data folder is a
/// read-only or a full file system.
enum Mounts {
    /// Whether this machine lets people mount file systems for themselves.
    static let areAllowed: Bool = {
        let process = try? ChildProcess("/usr/bin/unshare", ["-rm", "/bin/true"], environment: [:])
        return process?.waitForEnd(until: .now + TimeLimits.wait) == .exited(0)
    }()

    /// - Parameter folder: or a file.
    static func readOnly(_ folder: String) -> String {
        "mount --bind \(folder) \(folder) && mount -o remount,bind,ro \(folder)"
    }

    /// A file system that holds what the folder holds, and has no room for more.
    static func full(_ folder: String) -> String {
        """
        cp -a \(folder) \(folder).away && mount -t tmpfs -o size=2m none \(folder) && cp -a \(folder).away/. \(folder)/ \
        && { cat /dev/zero > \(folder)/fill 2>/dev/null; true; }
        """
    }

    /// The words that run the program with such a mount.
    static func words(_ mount: String) -> [String] {
        ["/usr/bin/unshare", "-rm", "/bin/sh", "-c", mount + " && exec \"$0\" \"$@\""]
    }

    static func run(_ home: TestHome, _ mount: String, _ arguments: [String]) throws -> Command.Outcome {
        let words = words(mount) + [BuiltPrograms.path("parley")] + arguments
        return try Command(
            words[0], Array(words.dropFirst()), environment: home.environment, directory: home.path
        ).run()
    }

    static func open(_ home: TestHome, _ mount: String) throws -> TerminalSession {
        let words = words(mount) + [BuiltPrograms.path("parley")]
        return try TerminalSession(
            executable: words[0], arguments: Array(words.dropFirst()), environment: home.environment,
            columns: 100, rows: 30, directory: home.path)
    }
}
