import RichText
import SessionCore

/// Lays out the steps of a message: folded together, one by one, or with their details.
struct StepLayout: Sendable {
    struct Lines: Sendable {
        var lines: [StyledLine] = []
        /// The lines that can be selected.
        var stops: [(line: Int, part: Selection.Part)] = []
    }

    let width: Int
    let folding: Folding

    func lines(of message: Message) -> Lines {
        let steps = message.extras.steps
        var lines = Lines()
        let single = steps.count == 1
        if steps.count > 1 { add(summary(of: steps, in: message.id), .muted, as: .steps, to: &lines) }
        for step in steps where isListed(step, in: message.id, single) {
            add(step, in: message.id, indent: single ? 0 : 2, to: &lines)
        }
        return lines
    }

    /// An artifact is visible without opening the list.
    private func isListed(_ step: Step, in message: Message.ID, _ isSingle: Bool) -> Bool {
        isSingle || step.kind == .artifact || folding.isListOpen(message)
    }

    private func summary(of steps: [Step], in message: Message.ID) -> String {
        let count = "\(steps.count) steps"
        guard !folding.isListOpen(message) else { return "▾ " + count }
        let latest = steps.filter { $0.kind != .artifact }.suffix(3).map { step in
            (step.state == .completed ? "" : step.mark + " ") + step.title
        }
        return "▸ \(count)" + (latest.isEmpty ? "" : ": ") + latest.joined(separator: ", ")
    }

    private func add(_ step: Step, in message: Message.ID, indent: Int, to lines: inout Lines) {
        let isOpen = folding.isOpen(step.id, in: message)
        let fold = step.detail.isEmpty ? "·" : isOpen ? "▾" : "▸"
        add(
            "\(fold) \(step.mark) \(step.kind.label)\(step.title)", step.state == .failed ? .error : .muted,
            as: .step(step.id), indent: indent, to: &lines)
        guard isOpen, !step.detail.isEmpty else { return }
        lines.lines += wrapped(TerminalText.shown(step.detail), .muted, indent: indent + 4)
    }

    private func add(
        _ text: String, _ role: StyleRole, as part: Selection.Part, indent: Int = 0, to lines: inout Lines
    ) {
        lines.stops.append((lines.lines.count, part))
        lines.lines += wrapped(text, role, indent: indent)
    }

    private func wrapped(_ text: String, _ role: StyleRole, indent: Int) -> [StyledLine] {
        let space = indent > 0 ? [Span(String(repeating: " ", count: indent), role)] : []
        return StyledLine.wrap(text, width: max(indent + 1, width), role: role, first: space, rest: space)
    }
}

extension Step {
    fileprivate var mark: String {
        switch state {
        case .running: "…"
        case .completed: "✓"
        case .failed: "✗"
        }
    }
}

extension Step.Kind {
    /// The kind, in front of the title.
    fileprivate var label: String {
        switch self {
        case .thinking, .other: ""
        case .tool: "tool: "
        case .delegation: "handed to "
        case .artifact: "made: "
        }
    }
}
