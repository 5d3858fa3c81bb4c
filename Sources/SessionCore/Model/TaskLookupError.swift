/// A name that does not name one task.
public enum TaskLookupError: Error, Hashable, Sendable, CustomStringConvertible {
    case none(String)
    /// The ids of several tasks begin so, or several have this title.
    case ambiguous(String, [ChatTask])

    public var description: String {
        switch self {
        case .none(let name): "There is no task “\(name)”. List them with `parley tasks`."
        case .ambiguous(let name, let tasks):
            "“\(name)” may be "
                + tasks.map { "\($0.id.rawValue) (\($0.title))" }.joined(separator: ", ")
                + ". Name it by more of its id."
        }
    }
}
