import Foundation

/// The programs that were built together with the running tests.
public enum BuiltPrograms {
    /// The running tests.
    public static var tests: URL { URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath() }

    /// The path of the executable of this name, beside the test bundle.
    public static func path(_ name: String) -> String {
        tests.deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
    }

    /// The environment of a program: what a test gives it and, of the tests' own, the options of sanitizers, which these
    /// programs are built with when the tests are.
    static func environment(_ given: [String: String]) -> [String: String] {
        let sanitizers: Set = ["ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"]
        return ProcessInfo.processInfo.environment.filter { sanitizers.contains($0.key) }
            .merging(given) { _, given in given }
    }
}
