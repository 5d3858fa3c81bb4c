import SessionCore

/// What is open and what is folded away in a conversation: steps, long blocks of code, details, long messages of the person.
///
/// A message's list of steps opens and closes, and so does each step in it; ``showsSteps`` holds for all of them, except those toggled
/// individually since. Blocks of text have a state of their own, ``Blocks``, which likewise holds for all except those toggled since.
struct Folding: Hashable, Sendable {
    /// How the blocks of texts are shown.
    enum Blocks: Hashable, Sendable {
        /// Each as it is long or its text says.
        case automatic
        case open, closed
    }

    let showsSteps: Bool
    private(set) var blocks = Blocks.automatic
    /// The lines above which code and the person's messages fold; nil if they never do.
    var limit: Int?
    private var toggled: Set<Selection> = []
    /// The replies that the reader has seen arrive: their code stays open.
    private var watched: Set<Message.ID> = []

    init(showsSteps: Bool = false, limit: Int? = nil) {
        self.showsSteps = showsSteps
        self.limit = limit
    }

    // MARK: Steps

    func isListOpen(_ message: Message.ID) -> Bool { isOpen(.steps, in: message, byDefault: showsSteps) }

    func isOpen(_ step: Step.ID, in message: Message.ID) -> Bool {
        isOpen(.step(step), in: message, byDefault: showsSteps)
    }

    mutating func showSteps(_ shows: Bool) {
        var folding = Folding(showsSteps: shows, limit: limit)
        folding.blocks = blocks
        folding.watched = watched
        folding.toggled = toggled.filter { $0.part.block != nil }
        self = folding
    }

    // MARK: Blocks

    /// - Parameter isOpen: whether it is open unless something else is said.
    func isOpen(_ block: TextBlock, in message: Message.ID, byDefault isOpen: Bool = false) -> Bool {
        let standard =
            switch blocks {
            case .automatic: isOpen || block.kind == .code && watched.contains(message)
            case .open: true
            case .closed: false
            }
        return self.isOpen(.block(block), in: message, byDefault: standard)
    }

    /// The code of a reply that is arriving stays open.
    mutating func watch(_ message: Message.ID) { watched.insert(message) }

    /// Opens or closes all blocks, those that were toggled too.
    mutating func setBlocks(_ blocks: Blocks) {
        self.blocks = blocks
        toggled = toggled.filter { $0.part.block == nil }
    }

    // MARK: Both

    mutating func toggle(_ part: Selection.Part, in message: Message.ID) {
        toggled.formSymmetricDifference([Selection(message: message, part: part)])
    }

    private func isOpen(_ part: Selection.Part, in message: Message.ID, byDefault isOpen: Bool) -> Bool {
        isOpen != (!toggled.isEmpty && toggled.contains(Selection(message: message, part: part)))
    }
}

/// A part of a message's text that one goes to, and that may fold.
struct TextBlock: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case code, details
        /// The whole message of a person.
        case text
    }

    var kind: Kind
    /// The page of the message, and which of its kind it is there.
    var page = 0
    var index = 0
}

/// What can be selected in a conversation.
struct Selection: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case message
        /// All steps of the message.
        case steps
        case step(Step.ID)
        case block(TextBlock)

        var block: TextBlock? { if case .block(let block) = self { block } else { nil } }
    }

    var message: Message.ID
    var part: Part
}
