import SessionCore

/// Thinking that streams. It is told anew only when a quarter has been added, for every telling repeats the whole.
struct GrowingThought {
    var id: String
    var text = ""
    private var told = 0

    init(id: String) { self.id = id }

    /// The step as it stands; nil while too little has been added.
    mutating func add(_ more: String) -> Step? {
        text += more
        guard text.utf8.count >= told + told / 4 + 1 else { return nil }
        told = text.utf8.count
        return step(.running)
    }

    func step(_ state: Step.State) -> Step {
        Step(id: id, kind: .thinking, title: "thinking", state: state, detail: text)
    }
}
