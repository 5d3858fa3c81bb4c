import RichText
import Settings

extension KeySequence {
    /// The keys as a person reads them: `Ctrl-X Ctrl-E`, `Alt-Enter`, `F1`; a single letter as it is typed.
    public var label: String {
        keys.map { key in
            let parts = "\(key)".split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            guard parts.count > 1 || "\(key)".count > 1 else { return "\(key)" }
            return parts.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
        }.joined(separator: " ")
    }
}
