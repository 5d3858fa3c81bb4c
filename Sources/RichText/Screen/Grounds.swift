/// The colours behind text that are seen beside each other. A terminal with fewer colours keeps them apart.
public struct Grounds: Hashable, Sendable {
    /// What everything lies on.
    public var page: Color?
    /// What marks a part of the page: the selection. It is told from the others by its colour alone.
    public var marks: [Color]
    /// What lies over the page or in it: dialogs, code. With only the named colours, it may look like the page.
    public var panels: [Color]

    public init(page: Color? = nil, marks: [Color] = [], panels: [Color] = []) {
        self.page = page
        self.marks = marks
        self.panels = panels
    }
}
