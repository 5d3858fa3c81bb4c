/// What an agent asks the person, and the answers that it expects.
public struct AgentQuestion: Hashable, Sendable {
    public var prompt: String
    /// Empty for any answer.
    public var options: [String]

    public init(_ prompt: String, options: [String] = []) {
        self.prompt = prompt
        self.options = options
    }

    /// The question with its options as a Markdown list.
    public var text: String {
        ([prompt] + options.map { "- \($0)" }).joined(separator: "\n")
    }
}
