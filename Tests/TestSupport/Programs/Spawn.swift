import CVTerm
import Foundation

/// Starts programs with posix_spawn. Foundation's `Process` reads past the end of a buffer when the tests have a thousand files open.
enum Spawn {
    /// - Parameters:
    ///   - executable: a path.
    ///   - environment: all of it.
    ///   - beginsSession: whether the program leads a session of its own.
    ///   - prepare: adds what becomes of descriptors 0, 1 and 2; all others are closed.
    /// - Returns: the process id; the caller waits for it.
    static func start(
        _ executable: String, _ arguments: [String], environment: [String: String], directory: String?,
        beginsSession: Bool, prepare: (inout posix_spawn_file_actions_t) -> Void
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        prepare(&actions)
        if let directory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
        // Other tests open files at the same time, which may not be closed on execution yet.
        _ = cvterm_close_others(&actions)

        var attributes = try attributes(beginsSession: beginsSession)
        defer { posix_spawnattr_destroy(&attributes) }
        var process: pid_t = 0
        let code = withCStrings([executable] + arguments) { argv in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawn(&process, executable, &actions, &attributes, argv, envp)
            }
        }
        guard code == 0 else { throw SystemCallFailed("posix_spawn \(executable)", code) }
        return process
    }

    /// Every signal in its default state and none blocked: nothing is inherited from the test runner.
    private static func attributes(beginsSession: Bool) throws -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        guard posix_spawnattr_init(&attributes) == 0 else { throw SystemCallFailed("posix_spawnattr_init") }
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        let session = beginsSession ? Int32(CVTERM_SPAWN_SETSID) : 0
        let flags = session | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        return attributes
    }

    /// Calls `body` with a null-terminated array of C strings.
    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}

/// A system call that a test needs failed.
public struct SystemCallFailed: Error, CustomStringConvertible {
    public let description: String
    init(_ call: String, _ code: Int32 = errno) {
        description = "\(call): \(String(cString: strerror(code)))"
    }
}
