/// What a person wants of the guide.
enum GuideIntent: Hashable, Sendable {
    case greeting, thanks
    /// Asks what can be asked.
    case topics
    /// Asks what the guide is.
    case identity
    /// Wants to see everything that Markdown can show.
    case showcase
    /// Wants the whole manual.
    case everything
    /// Wants the last answer continued.
    case more
    /// Picks an offered topic, counted from 1.
    case pick(Int)
    /// Asks about something; `isFollowUp` if the words refer to the question before.
    case question([Concept], isFollowUp: Bool)

    init(_ message: String) {
        let words = Vocabulary.words(of: message)
        if let intent = Self.phrase(words) {
            self = intent
        } else if words.count == 1, let number = words.first.flatMap(Int.init), (1...20).contains(number) {
            self = .pick(number)
        } else {
            self = .question(Vocabulary.concepts(in: message), isFollowUp: Self.isFollowUp(words))
        }
    }

    private static func phrase(_ words: [String]) -> GuideIntent? {
        let said = words.joined(separator: " ")
        if words.isEmpty { return .topics }
        if let intent = phrases[said] { return intent }
        if let first = words.first, greetings.contains(first) {
            // What follows a greeting is meant, unless it says nothing.
            let rest = Array(words.dropFirst())
            if let intent = rest.isEmpty ? .greeting : phrase(rest) { return intent }
            if !rest.contains(where: Vocabulary.isSignificant) || rest.count <= 2 { return .greeting }
        }
        if words.count <= 5, let first = words.first, ["thanks", "thank", "thx", "cheers"].contains(first) {
            return .thanks
        }
        if [
            "who are you", "what are you", "are you a", "are you an", "what can you do",
            "what can you not do", "what is parley", "what does parley do", "what does this do",
        ]
        .contains(where: said.hasPrefix) {
            return .identity
        }
        let asksForDemo = words.contains("showcase") || words.contains("demo") || said.contains("long answer")
        let isShort = words.count <= 8
        if isShort, asksForDemo || said.contains("long reply") || said.contains("markdown example") {
            return .showcase
        }
        return nil
    }

    private static let greetings: Set<String> = [
        "hi", "hello", "hey", "hallo", "moin", "servus", "greetings",
    ]

    private static let phrases: [String: GuideIntent] = {
        let lists: [(GuideIntent, String)] = [
            (
                .more,
                "more|go on|continue|next|and|more please|tell me more|show more|keep going|the rest|rest|yes|yes please"
            ),
            (
                .topics,
                "what can you show me|what can you tell me|what do you know|help|topics|list topics|contents|table of contents|what can i ask|what can i ask you|?|menu|index"
            ),
            (
                .identity,
                "what is this|what is this thing|what is this program|what is it|who is this|are you human|are you real|are you ai|is this ai|which model are you"
            ),
            (
                .greeting,
                "how are you|how is it going|nice to meet you|good to see you|what up|good morning|good evening|good day|good afternoon"
            ),
            (.thanks, "ok|okay|great|good|nice|perfect|bye|goodbye|cool"),
            (
                .showcase,
                "markdown|markdown demo|test markdown|something long|stream something|show me streaming"
            ),
            (
                .everything,
                "everything|tell me everything|the whole manual|whole manual|show the manual|read the manual"
            ),
        ]
        let pairs = lists.flatMap { list in list.1.split(separator: "|").map { (String($0), list.0) } }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }()

    /// Whether a message only makes sense after the one before it.
    private static func isFollowUp(_ words: [String]) -> Bool {
        let said = words.joined(separator: " ")
        let starts = [
            "and ", "what about ", "how about ", "but ", "also ", "or ", "then ", "why", "with ", "without ",
        ]
        if starts.contains(where: said.hasPrefix) { return true }
        return words.contains { ["it", "that", "them", "those", "there", "this", "one"].contains($0) }
            && words.count <= 8
    }
}
