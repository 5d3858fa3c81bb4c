import SessionCore

/// Thinking that streams as one step. A step event repeats the whole text, so one is emitted only when a quarter has been added: the
/// total stays proportional to the text.
struct StreamedThinking {
    var id: String
    var text = ""
    /// Bytes of the text that was emitted last.
    private var emitted = 0

    init(id: String) { self.id = id }

    /// - Returns: The step so far; nil if too little has been added since the last one.
    mutating func append(_ more: String) -> Step? {
        guard text.utf8.count <= Step.detailLimit else { return nil }
        text += more
        guard text.utf8.count >= emitted + emitted / 4 + 1 else { return nil }
        emitted = text.utf8.count
        return step(.running)
    }

    func step(_ state: Step.State) -> Step {
        Step(id: id, kind: .thinking, title: "thinking", state: state, detail: text)
    }
}
