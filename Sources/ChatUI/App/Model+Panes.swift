import RichText

// Going from pane to pane, and which of them are shown.
extension Model {
    /// Shows the list and goes to it.
    mutating func showList() {
        showsList = true
        context.isBare = false
        pane = .list
    }

    /// Shows the conversation alone, for selecting with the terminal, or everything again.
    mutating func toggleBare() -> [Effect] {
        context.isBare.toggle()
        guard context.isBare else { return [] }
        if pane == .list { pane = .input }
        return context.keymap.hint(.toggleBare).map { [.notice("\($0) shows the rest")] } ?? []
    }

    mutating func movePane(_ step: Int) {
        let canShowList = !context.isBare && (showsList || !ScreenLayout.hasRoomForList(context.size))
        let panes = Pane.allCases.filter { $0 != .list || canShowList }
        let index = panes.firstIndex(of: pane) ?? 0
        pane = panes[(index + step + panes.count) % panes.count]
    }

    /// Shows or hides the list; without room beside the conversation it takes its place, and has the keys.
    mutating func toggleList() {
        guard ScreenLayout.hasRoomForList(context.size) else {
            if pane == .list { pane = .input } else { showList() }
            return
        }
        showsList = context.isBare || !showsList
        context.isBare = false
        if !showsList, pane == .list { pane = .input }
    }
}
