/// A setting of `config.toml` outside its tables, as the example of the file describes it.
struct Setting: Sendable {
    var name: String
    /// What it sets, in whole sentences.
    var about: String
    /// The default, as the file writes it.
    var value: String

    /// In the order of the example.
    static let all = ConfigCommand.exampleText.split(separator: "\n\n").compactMap { paragraph -> Setting? in
        let lines = paragraph.split(separator: "\n")
        guard let match = lines.last?.wholeMatch(of: /([a-z-]+) = (.*)/) else { return nil }
        let about = lines.dropLast().map { $0.drop { $0 == "#" || $0 == " " } }.joined(separator: " ")
        return Setting(name: String(match.1), about: about, value: String(match.2))
    }

    /// The line of the file with its default.
    var line: String { "\(name) = \(value)" }
}
