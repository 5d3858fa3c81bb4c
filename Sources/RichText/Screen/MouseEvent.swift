/// What the mouse did over a cell.
public struct MouseEvent: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// The first button went down, moved while down, or went up.
        case press, drag, release
        case wheelUp, wheelDown
    }

    public var kind: Kind
    /// From 0, at the top.
    public var row: Int
    /// From 0, at the left.
    public var column: Int

    public init(_ kind: Kind, row: Int, column: Int) {
        self.kind = kind
        self.row = row
        self.column = column
    }
}
