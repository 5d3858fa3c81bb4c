import Foundation
import Testing

/// The rules of the house that a compiler does not hold: which module stands on which, and what may be done where.
struct ArchitectureTests {
    /// What each module may import of ours.
    static let floors: [String: Set<String>] = [
        "Timing": [], "Wire": [], "RichText": [],
        "Terminal": ["CTerminalGuard", "CNcurses", "RichText"],
        "Programs": ["RichText"], "Storage": ["Timing"],
        "AgentAPI": ["Timing", "Wire"], "Agents": ["Timing", "Wire", "Programs"],
        "SessionCore": ["Storage", "Timing"], "Settings": ["RichText", "Storage", "Programs", "Wire"],
        "AgentClient": ["SessionCore", "AgentAPI", "Wire", "Timing"],
        "AgentServer": ["AgentAPI", "Agents", "Storage", "Wire", "Timing"],
        "ChatUI": ["SessionCore", "RichText", "Settings", "Timing"],
    ]
    static let cTargets: Set<String> = ["CTerminalGuard", "CNcurses"]
    static let modules = Set(floors.keys).union(cTargets).union(["parley"])

    @Test func everyFolderOfSourcesIsAModuleOfTheList() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: SourceTree.root.appending(path: "Sources").path)
        #expect(Set(folders.filter { !$0.hasPrefix(".") }) == Self.modules)
    }

    @Test(arguments: floors.keys.sorted())
    func aModuleImportsOnlyWhatItStandsOn(module: String) throws {
        let files = SourceTree.files("Sources/\(module)")
        #expect(!files.isEmpty)
        let floor = try #require(Self.floors[module])
        for file in files {
            for imported in file.imports where Self.modules.contains(imported) {
                #expect(floor.contains(imported), "\(file.path) imports \(imported)")
            }
        }
    }

    /// What the package file allows a module to import is no more than its floor.
    @Test(arguments: floors.keys.sorted())
    func thePackageDeclaresTheSameFloors(module: String) throws {
        let package = try SourceTree.text("Package.swift")
        let start = try #require(package.range(of: #"module\(\s*"\#(module)""#, options: .regularExpression))
        let end = package[start.upperBound...].range(
            of: #"\n        (module|tests|\.)"#, options: .regularExpression)
        let declaration = package[start.upperBound..<(end?.lowerBound ?? package.endIndex)]
        let named = Set(declaration.matches(of: #/"(\w+)"/#).map { String($0.1) })
        let floor = try #require(Self.floors[module])
        #expect(named.intersection(Self.modules).subtracting(floor) == [])
    }

    @Test(arguments: [
        ("import A", ["A"]), ("@testable import A", ["A"]), ("public import struct A.B", ["A"]),
        ("  @preconcurrency import A\nimport class C.D", ["A", "C"]), ("@_spi(X) @testable import A", ["A"]),
        ("// import A\nlet text = \"import B\"", []),
    ])
    func importsOfEveryFormAreFound(text: String, modules: [String]) {
        #expect(SourceTree.File(path: "", text: text).imports == modules)
    }

    @Test func cursesIsKnownToTheTerminalAlone() {
        for file in SourceTree.files("Sources", extensions: ["swift", "c", "h"])
        where !file.path.hasPrefix("Sources/CNcurses/") {
            let includes = file.code.contains(#/include\s*[<"]n?curses/#)
            #expect(!includes, "\(file.path) includes curses")
            guard !file.path.hasPrefix("Sources/Terminal/") else { continue }
            let isNamed = file.code.contains(#/\b(curses_\w+|CURSES_\w+|tigetstr|CNcurses)\b/#)
            #expect(!isNamed, "\(file.path) names curses")
        }
    }

    @Test(arguments: ["SessionCore", "ChatUI", "RichText", "Terminal", "Storage", "Timing", "Wire", "Agents"])
    func noVendorIsNamedOutsideItsRooms(module: String) {
        for file in SourceTree.files("Sources/\(module)") {
            let vendor = file.text.lowercased().firstMatch(of: #/lyzr|vectara|xagent|\baui\b/#)
            #expect(vendor == nil, "\(file.path) names \(vendor?.0 ?? "")")
        }
    }

    // MARK: Stores

    /// Statements, in the upper case that the house writes them in.
    static func speaksSQL(_ code: String) -> Bool {
        code.contains(
            #/\b(SELECT|INSERT( OR [A-Z]+)? INTO|REPLACE INTO|UPDATE [a-z_]+( AS [a-z]+)? SET|DELETE FROM|CREATE (UNIQUE |VIRTUAL |TEMP )?(TABLE|INDEX|TRIGGER|VIEW)|ALTER TABLE|DROP (TABLE|INDEX|TRIGGER)|PRAGMA|VACUUM|ATTACH DATABASE|BEGIN IMMEDIATE)\b/#
        )
    }

    @Test func sqlIsInTheStoresAlone() {
        let stores = [
            "Sources/SessionCore/Store/", "Sources/AgentServer/Store/", "Sources/Storage/",
            // The index over the manual, in memory.
            "Sources/Agents/Guide/Manual.swift",
        ]
        let speakers = SourceTree.files("Sources").filter { Self.speaksSQL($0.code) }.map(\.path)
        #expect(!speakers.isEmpty)
        for path in speakers where !stores.contains(where: path.hasPrefix) {
            Issue.record("\(path) speaks SQL")
        }
    }

    @Test(arguments: [
        "SELECT 1", "INSERT INTO a", "INSERT OR IGNORE INTO a", "UPDATE task SET a = 1", "DELETE FROM a",
        "CREATE VIRTUAL TABLE a", "PRAGMA user_version", "ALTER TABLE a", "REPLACE INTO a",
    ])
    func everyStatementIsRecognised(sql: String) { #expect(Self.speaksSQL("sql: \"\(sql)\"")) }

    @Test(arguments: ["selects", "// SELECT 1", "UPDATE the README", "let text = \"create a task\""])
    func otherTextIsNoStatement(code: String) {
        #expect(!Self.speaksSQL(SourceTree.File(path: "", text: code).code))
    }

    /// Rows and queries are in the store; what becomes of a turn is decided in `Turns`.
    @Test func theStoreDecidesNothingAboutTurns() {
        let files = SourceTree.files("Sources/SessionCore/Store")
        #expect(!files.isEmpty)
        for file in files {
            #expect(!file.code.contains("TurnMachine"), "\(file.path) runs the turn machine")
        }
        let machines = SourceTree.files("Sources/SessionCore").filter { $0.code.contains("TurnMachine(") }
        #expect(!machines.isEmpty)
        #expect(machines.map(\.path).filter { !$0.hasPrefix("Sources/SessionCore/Turns/") } == [])
    }

    // MARK: Drawing

    /// The files that draw: views, and the canvas that they draw on.
    static let drawing = SourceTree.files("Sources/ChatUI").filter {
        $0.path.hasSuffix("View.swift") || $0.path.hasSuffix("DialogParts.swift")
    }

    @Test func drawingReadsAndChangesNothing() {
        #expect(Self.drawing.count >= 6)
        for file in Self.drawing {
            var changes = ["submit", "Effect", "Intent", "inout Model", "mutating func", "&model"].filter {
                file.code.contains($0)
            }
            // What draws on the canvas changes the canvas.
            if file.code.contains("extension ThemedCanvas") { changes.removeAll { $0 == "mutating func" } }
            #expect(changes == [], "\(file.path)")
        }
        for file in SourceTree.files("Sources/ChatUI") {
            let changes = file.code.contains(#/mutating\s+func\s+(view|canvas)\(/#)
            #expect(!changes, "\(file.path) has a view() or canvas() that changes the model")
        }
    }

    @Test func nothingIsDrawnOutsideTheViews() {
        let views = Set(Self.drawing.map(\.path) + ["Sources/ChatUI/Screen/ThemedCanvas.swift"])
        for file in SourceTree.files("Sources/ChatUI") where !views.contains(file.path) {
            let draws = file.code.contains(#/ThemedCanvas\(|\bCanvas\(|\.put\([^)]*row:/#)
            #expect(!draws, "\(file.path) draws")
        }
    }

    @Test func theInterfaceWaitsForNothingAndReadsNoClock() {
        let calls = [
            "await ", "FileManager", "FileHandle", "String(contentsOf", "Data(contentsOf", "Thread",
            "DispatchQueue", "Date()", "ContinuousClock.now", "URLSession", "getenv",
        ]
        // The loop, and the services and clocks that it is handed.
        let loop: Set = [
            "Sources/ChatUI/App/Application.swift", "Sources/ChatUI/App/ApplicationServices.swift",
        ]
        for file in SourceTree.files("Sources/ChatUI") where !loop.contains(file.path) {
            let made = calls.filter { file.code.contains($0) }
            #expect(made == [], "\(file.path)")
        }
    }

    // MARK: The manual

    /// The two journeys of the README, as the files that they pass through.
    @Test(arguments: ["A key, from the terminal to the wire", "A chunk, from the wire to the screen"])
    func theJourneysOfTheManualLeadThroughFilesThatExist(heading: String) throws {
        let readme = try SourceTree.text("README.md")
        let found = readme.range(of: "### \(heading)\n")
        let start = try #require(found, "README.md has no section \(heading)")
        let end = readme[start.upperBound...].range(of: "\n#")
        let section = readme[start.upperBound..<(end?.lowerBound ?? readme.endIndex)]
        let files = section.matches(of: #/`(\w+(?:/[\w+]+)*\.swift)`/#).map { String($0.1) }
        #expect(files.count >= 8)
        for file in files {
            let path = SourceTree.root.appending(path: "Sources/\(file)").path
            #expect(FileManager.default.fileExists(atPath: path), "README.md names Sources/\(file)")
        }
    }
}
