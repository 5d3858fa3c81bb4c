/// What the demo can be told to do.
enum DemoCommand: Hashable, Sendable {
    /// Most of it in one turn.
    case everything
    case markdown, thinking, tools, cards, suggestions
    /// Asks something.
    case ask
    case fail
    /// Works for so many seconds.
    case job(seconds: Int)

    /// How long a job takes whose time is not given, and the longest one, in seconds.
    private static let (usualJob, longestJob) = (60, 3600)

    /// The command in a message, whatever words stand around it; nil if there is none.
    init?(_ message: String) {
        let words = message.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let named = words.lazy.compactMap { word in Self.names.first { $0.words.contains(word) } }.first
        guard let command = named?.command else { return nil }
        guard case .job = command else {
            self = command
            return
        }
        let seconds = words.lazy.compactMap(Int.init).first { $0 > 0 } ?? Self.usualJob
        self = .job(seconds: min(seconds, Self.longestJob))
    }

    private static let names: [(words: Set<String>, command: DemoCommand)] = [
        (["everything", "tour"], .everything),
        (["markdown", "stream"], .markdown),
        (["think", "thinking", "steps"], .thinking),
        (["tool", "tools"], .tools),
        (["card", "cards", "products"], .cards),
        (["suggest", "suggestion", "suggestions"], .suggestions),
        (["ask", "question"], .ask),
        (["fail", "failure", "error"], .fail),
        (["job", "background"], .job(seconds: usualJob)),
    ]

    /// A line of Markdown for each command.
    static let list = """
        | say | and you see |
        |---|---|
        | `show me everything` | most of it in one turn |
        | `thinking` | steps on the way to an answer |
        | `tools` | a tool that answers, and one that fails |
        | `cards` | things to choose from |
        | `suggestions` | what you could say next |
        | `ask` | a question: the task waits for you |
        | `fail` | a turn that fails |
        | `job` | a minute of work; `job 5` takes five seconds |
        | `markdown` | a long answer, as it streams |
        """
}
