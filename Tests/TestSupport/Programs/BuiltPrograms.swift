import Foundation

/// The programs that were built together with the running tests.
public enum BuiltPrograms {
    /// The running tests.
    public static var tests: URL { URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath() }

    /// The path of the executable of this name, beside the test bundle.
    public static func path(_ name: String) -> String {
        tests.deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
    }

    /// Whether the tests, and these programs with them, were built with a sanitizer. No other library can come before its own then.
    public static var areSanitized: Bool {
        let variables = ProcessInfo.processInfo.environment
        return variables["ASAN_OPTIONS"] != nil || variables["TSAN_OPTIONS"] != nil
    }

    /// The environment of a program: what a test gives it and, of the tests' own, what a sanitizer needs, which these programs
    /// are built with when the tests are.
    static func environment(_ given: [String: String]) -> [String: String] {
        let sanitizer: Set = [
            "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LD_PRELOAD",
        ]
        return ProcessInfo.processInfo.environment.filter { sanitizer.contains($0.key) }
            .merging(given) { _, given in given }
    }
}
