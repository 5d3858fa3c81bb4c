extension ServerSettings.Agent.Kind: CustomStringConvertible {
    /// What answers, without the arguments of a program: one of them may be a secret.
    public var description: String {
        switch self {
        case .guide: "the guide"
        case .demo: "the demo"
        case .openAI(let model): "the model \(model.model) at \(model.url)"
        case .command(let program): "the program \(program.words.first ?? "")"
        }
    }
}
