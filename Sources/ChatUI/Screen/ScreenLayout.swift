import RichText

/// The part of the screen for each pane. From the top: a title over each pane, the panes, the status bar, the input. The list is
/// beside the conversation; where that leaves too little room, it is in its place while it has the keys.
struct ScreenLayout: Hashable, Sendable {
    /// The smallest size in which anything useful fits.
    static let smallest = Size(columns: 20, rows: 6)
    /// The width from which on the list is beside the conversation.
    static let listFrom = 60

    var list: Rect?
    var separator: Rect?
    var title: Rect
    var conversation: Rect
    var status: Rect
    var input: Rect
    /// Whether the conversation is drawn; its place is settled also while it is not.
    var showsConversation: Bool

    /// The columns that the list leaves for the conversation.
    static let leastConversation = 30

    /// - Parameters:
    ///   - showsList: whether the list is wanted where there is room for both.
    ///   - listWidth: the columns of the list; nil for a share of the window's.
    ///   - isBare: whether the conversation has all columns for itself, and no title.
    ///   - hasSeveralAccounts: makes room in the list for the account of each task.
    init(
        size: Size, showsList: Bool, listHasKeys: Bool, listWidth: Int? = nil,
        isBare: Bool = false, hasSeveralAccounts: Bool = false, inputRows: Int
    ) {
        let inputRows = min(max(1, inputRows), Self.mostInputRows(size))
        let paneRows = max(0, size.rows - inputRows - 1)
        let hasRoom = Self.hasRoomForList(size)
        showsConversation = hasRoom || !listHasKeys
        var left = 0
        if !showsConversation {
            list = Rect(row: 0, column: 0, columns: size.columns, rows: paneRows)
        } else if hasRoom, showsList, !isBare {
            let share =
                hasSeveralAccounts
                ? min(42, max(24, size.columns * 3 / 8)) : min(34, max(22, size.columns * 3 / 10))
            let columns = listWidth.map { min($0, size.columns - 1 - Self.leastConversation) } ?? share
            list = Rect(row: 0, column: 0, columns: columns, rows: paneRows)
            separator = Rect(row: 0, column: columns, columns: 1, rows: paneRows)
            left = columns + 1
        }
        let columns = size.columns - left
        title = Rect(row: 0, column: left, columns: columns, rows: isBare ? 0 : 1)
        // A free column on either side of the text.
        conversation =
            isBare
            ? Rect(row: 0, column: 0, columns: columns, rows: paneRows)
            : Rect(row: 1, column: left + 1, columns: columns - 2, rows: paneRows - 1)
        status = Rect(row: paneRows, column: 0, columns: size.columns, rows: 1)
        input = Rect(row: paneRows + 1, column: 0, columns: size.columns, rows: inputRows)
    }

    static func hasRoomForList(_ size: Size) -> Bool { size.columns >= listFrom }
    static func mostInputRows(_ size: Size) -> Int { max(1, min(10, size.rows / 3)) }
    static func inputWidth(columns: Int, prompt: String) -> Int { max(1, columns - Glyphs.width(prompt)) }
    static func isTooSmall(_ size: Size) -> Bool {
        size.columns < smallest.columns || size.rows < smallest.rows
    }
}
