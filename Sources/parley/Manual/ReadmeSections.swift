import Agents

/// The sections of the README that pages of the manual have, or need not have.
enum ReadmeSections {
    static let titled = Dictionary(
        ManualSection.readme.map { ($0.title, $0) }, uniquingKeysWith: { first, _ in first })

    /// What a person reads before there is a program, or who changes it.
    static let others: Set<String> = [
        "Parley", "Install and open", "A Debian package", "Pictures of the themes", "Reliability", "Limits",
        "How it is built",
        "A key, from the terminal to the wire", "A chunk, from the wire to the screen", "Test and contribute",
        "License",
        // What the pages generate themselves.
        "Keys", "Every action",
    ]
}
