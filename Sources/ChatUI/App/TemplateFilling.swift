import Settings

/// A template whose blanks are being filled.
struct TemplateFilling: Sendable {
    let template: Template
    var values: [String: String]
    /// The blanks that the person has yet to fill.
    private(set) var open: [String]
    private let count: Int

    /// - Parameter values: those that are known.
    init(_ template: Template, values: [String: String]) {
        self.template = template
        self.values = values
        let known = Set(values.keys).union([Template.clipboard])
        open = template.blanks.filter { !known.contains($0) }
        count = open.count
    }

    /// Whether the clipboard has to be read first.
    var awaitsClipboard: Bool {
        values[Template.clipboard] == nil && template.blanks.contains(Template.clipboard)
    }

    /// The question for the next blank; nil when all are filled.
    var question: String? {
        guard let name = open.first else { return nil }
        let place = count > 1 ? " (\(count - open.count + 1) of \(count))" : ""
        return "\(template.name) – \(name)\(place)"
    }

    /// Fills the blank that was asked for.
    mutating func answer(_ text: String) {
        guard !open.isEmpty else { return }
        values[open.removeFirst()] = text
    }

    var text: String { template.filled(with: values) }
}
