import Foundation
import Testing

/// The floors of the house: what each module may know of.
struct ArchitectureTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What each module may import of ours.
    static let floors: [String: Set<String>] = [
        "RichText": ["CCmarkGFM"], "Terminal": ["CNcurses", "RichText"], "AgentAPI": [], "SessionCore": [],
        "AgentClient": ["SessionCore", "AgentAPI"], "AgentServer": ["AgentAPI"], "Settings": ["RichText"],
        "ChatUI": ["SessionCore", "RichText", "Settings"],
    ]

    static func sources(_ folder: String) -> [(name: String, text: String)] {
        let base = root.appending(path: "Sources/\(folder)")
        let files = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }.compactMap {
            url in
            (try? String(contentsOf: url, encoding: .utf8)).map { (url.lastPathComponent, $0) }
        }
    }

    @Test(arguments: floors.keys.sorted())
    func aModuleImportsOnlyWhatItStandsOn(module: String) {
        let ours = Set(Self.floors.keys).union(["CNcurses", "CCmarkGFM", "parley"])
        let files = Self.sources(module)
        #expect(!files.isEmpty)
        for (name, text) in files {
            for line in text.split(separator: "\n") where line.hasPrefix("import ") {
                let imported = String(line.dropFirst("import ".count))
                guard ours.contains(imported) else { continue }
                #expect(
                    Self.floors[module]?.contains(imported) ?? false, "\(module)/\(name) imports \(imported)")
            }
        }
    }

    @Test(arguments: ["SessionCore", "ChatUI", "RichText", "Terminal"])
    func noVendorIsNamedInTheCoreOrTheInterface(module: String) {
        for (name, text) in Self.sources(module) {
            for vendor in ["lyzr", "vectara", "xagent"] {
                #expect(!text.lowercased().contains(vendor), "\(module)/\(name) names \(vendor)")
            }
        }
    }

    @Test func theRenderPathReadsNothingAndWaitsForNothing() {
        let calls = [
            "await ", "FileManager", "FileHandle", "String(contentsOf", "Data(contentsOf", "Thread",
            "DispatchQueue", "Date()",
        ]
        for folder in ["ChatUI/Views", "ChatUI/Model", "ChatUI/Input"] {
            let files = Self.sources(folder)
            #expect(!files.isEmpty)
            for (name, text) in files {
                for call in calls { #expect(!text.contains(call), "\(folder)/\(name) has \(call)") }
            }
        }
    }

    @Test func sqlStandsInTheStoresAlone() {
        for module in Self.floors.keys {
            for (name, text) in Self.sources(module) where text.contains("SELECT ") {
                #expect(
                    ["SessionCore", "AgentServer"].contains(module), "\(module)/\(name) speaks SQL")
            }
        }
    }
}
