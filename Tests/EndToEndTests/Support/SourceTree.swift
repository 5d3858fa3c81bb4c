import Foundation

/// The package's own source files, for tests that hold the rules of the house.
enum SourceTree {
    struct File: Sendable {
        /// Relative to the package: `Sources/ChatUI/App/Model.swift`.
        var path: String
        var text: String

        /// The text without comments. String literals stay: SQL and names hide in them.
        var code: String {
            text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.drop { $0 == " " }.hasPrefix("//") ? "" : line
            }.joined(separator: "\n")
        }

        /// The modules that the file imports, whatever stands before or behind `import`.
        var imports: [String] {
            // @testable import struct Module.Name
            let pattern =
                #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|actor|protocol|typealias|func|var|let)\s+)?(\w+)/#
            return text.split(separator: "\n").compactMap { line in
                (try? pattern.prefixMatch(in: line)).map { String($0.1) }
            }
        }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The files below a folder of the package, by their path.
    /// - Parameter extensions: Without the dot.
    static func files(_ folder: String, extensions: Set<String> = ["swift"]) -> [File] {
        let base = root.appending(path: folder)
        let found = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        return (found?.compactMap { $0 as? URL } ?? []).filter { extensions.contains($0.pathExtension) }
            .compactMap { url in
                (try? String(contentsOf: url, encoding: .utf8)).map {
                    File(path: String(url.path.dropFirst(root.path.count + 1)), text: $0)
                }
            }.sorted { $0.path < $1.path }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
