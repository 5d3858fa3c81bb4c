import Foundation
import TestSupport
import Testing

/// Every text that a person may read, in one place for each module, so that all of them can be reviewed together. A change of a text
/// shows up in the recorded file.
@Suite struct TextsTests {
    /// The modules that have something to say to a person.
    private static let modules = [
        "Agents", "AgentClient", "AgentServer", "ChatUI", "SessionCore", "Settings", "Storage",
        "Terminal",
        "Timing", "parley",
    ]

    @Test(arguments: modules)
    func everyTextIsRecorded(module: String) {
        let texts = SourceTree.files("Sources/\(module)").compactMap { file -> String? in
            let found = SourceTexts.literals(in: file.text).filter(Self.isForAPerson)
            guard !found.isEmpty else { return nil }
            let path = file.path.split(separator: "/").dropFirst(2).joined(separator: "/")
            return ([path] + found.map { "    " + $0.replacing("\n", with: "\\n") }).joined(separator: "\n")
        }
        let difference = Golden.difference(texts.joined(separator: "\n\n"), name: module, folder: "Texts")
        if let difference { Issue.record(Comment(rawValue: difference)) }
    }

    /// Words that are read, as opposed to names, SQL, formats and headers: several words, or one that begins a sentence.
    private static func isForAPerson(_ text: String) -> Bool {
        let words = text.split { $0 == " " || $0 == "\n" }
        let isSQL = text.contains(
            /\b(SELECT|INSERT|CREATE|UPDATE|DELETE|ALTER|PRAGMA|WHERE|AND)\b|= \?|[a-z]_[a-z]/)
        guard words.count > 1 else { return text.wholeMatch(of: /[A-Z][a-z]+…?/) != nil }
        return !isSQL && words.contains { $0.wholeMatch(of: /[“"(]?[A-Za-z]?[a-z]+[.,;:!?…”")]*/) != nil }
    }

    @Test(arguments: [
        (#"say("one " + "two")"#, ["one two"]),
        (#"say("a \(name(of: "b")) c")"#, ["a {} c"]),
        (##"say(#"raw "quoted" text"#)"##, [#"raw "quoted" text"#]),
        ("// \"no\"\nsay(\"yes\") /* \"no\" */", ["yes"]),
        ("say(\"\"\"\n    long \\\n    text\n    \"\"\")", ["\n    long text\n    "]),
    ])
    func literalsOfEveryFormAreRead(source: String, literals: [String]) {
        #expect(SourceTexts.literals(in: source) == literals)
    }
}
