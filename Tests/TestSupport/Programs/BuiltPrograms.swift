import Foundation

/// The programs that were built together with the running tests.
public enum BuiltPrograms {
    /// The path of the executable of this name, beside the test bundle.
    public static func path(_ name: String) -> String {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
    }
}
