import CVTerm
import Foundation

/// A terminal's screen, emulated by libvterm: it is fed what a program writes, and shows what a person would see.
///
/// Not for concurrent use. Rows and columns count from 0.
public final class VTermScreen {
    /// What one column of one row shows.
    public struct Cell: Hashable, Sendable {
        /// The glyph with its combining marks; empty in the second column of a wide glyph, a blank where nothing is.
        public var text: String
        /// Columns: 1, or 2 in the first column of a wide glyph.
        public var width: Int
        public var foreground: Color
        public var background: Color
        public var bold: Bool
        public var italic: Bool
        public var underline: Bool
        public var reverse: Bool
        public var strikethrough: Bool
        public var blink: Bool
    }

    public enum Color: Hashable, Sendable {
        /// The terminal's own default colour.
        case terminal
        case indexed(Int)
        case rgb(red: Int, green: Int, blue: Int)
    }

    public private(set) var columns: Int
    public private(set) var rows: Int

    /// The window title that the program set last; nil when it set none.
    public private(set) var title: String?
    public private(set) var isAlternateScreen = false
    public private(set) var isCursorVisible = true
    /// Whether the program asked for reports of the mouse.
    public private(set) var isMouseOn = false
    /// How often the bell rang.
    public private(set) var bells = 0
    /// The text that the program put on the clipboard last (OSC 52).
    public private(set) var clipboard: String?
    /// The answer to a question for the background (OSC 11), such as `rgb:0000/0000/0000`; nil gives none.
    public var background: String?

    private let terminal: OpaquePointer
    private let screen: OpaquePointer
    private let observer: UnsafeMutablePointer<cvterm_observer>
    private var titleBytes: [UInt8] = []
    private var command: [UInt8] = []
    private var output: [UInt8] = []

    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        terminal = vterm_new(Int32(rows), Int32(columns))
        screen = vterm_obtain_screen(terminal)
        observer = .allocate(capacity: 1)
        vterm_set_utf8(terminal, 1)
        vterm_screen_enable_altscreen(screen, 1)
        observer.initialize(to: observing(Unmanaged.passUnretained(self).toOpaque()))
        cvterm_observe(terminal, observer)
        vterm_screen_reset(screen, 1)
    }

    deinit {
        vterm_free(terminal)
        observer.deallocate()
    }

    // MARK: Input

    /// Processes what a program wrote.
    public func feed(_ bytes: some Collection<UInt8>) {
        Array(bytes).withUnsafeBytes { buffer in
            _ = vterm_input_write(
                terminal, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
        }
    }

    public func resize(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        vterm_set_size(terminal, Int32(rows), Int32(columns))
    }

    /// The bytes for the program since the last call: answers to its queries, and keys.
    public func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// A key that is no character, as this terminal sends it in the mode that the program has set.
    public func press(_ key: VTermKey, _ modifiers: VTermModifier = VTERM_MOD_NONE) {
        vterm_keyboard_key(terminal, key, modifiers)
    }

    public func type(_ scalar: Unicode.Scalar, _ modifiers: VTermModifier = VTERM_MOD_NONE) {
        vterm_keyboard_unichar(terminal, scalar.value, modifiers)
    }

    /// The window gains or loses the focus; the program is sent a report only if it asked for it.
    public func focus(_ gained: Bool) {
        let state = vterm_obtain_state(terminal)
        if gained { vterm_state_focus_in(state) } else { vterm_state_focus_out(state) }
    }

    /// The bytes around a paste in the mode that the program has set; both are empty when it did not ask for marks.
    public func pasteMarks() -> (start: [UInt8], end: [UInt8]) {
        let before = takeOutput()
        vterm_keyboard_start_paste(terminal)
        let start = takeOutput()
        vterm_keyboard_end_paste(terminal)
        let end = takeOutput()
        output = before
        return (start, end)
    }

    /// Whether the program asked for pastes to be marked.
    public var isBracketedPasteOn: Bool { !pasteMarks().start.isEmpty }

    /// Whether the program asked to hear of the focus.
    public var isFocusReportOn: Bool {
        let before = takeOutput()
        defer { output = before }
        focus(true)
        return !takeOutput().isEmpty
    }

    // MARK: What is seen

    public var cursor: (row: Int, column: Int) {
        var position = VTermPos()
        vterm_state_get_cursorpos(vterm_obtain_state(terminal), &position)
        return (Int(position.row), Int(position.col))
    }

    public func cell(row: Int, column: Int) -> Cell {
        var cell = VTermScreenCell()
        vterm_screen_get_cell(screen, VTermPos(row: Int32(row), col: Int32(column)), &cell)
        let look = cvterm_look_of(&cell)
        return Cell(
            text: text(of: cell), width: Int(cell.width),
            foreground: Color(look.foreground), background: Color(look.background),
            bold: look.bold, italic: look.italic, underline: look.underline,
            reverse: look.reverse, strikethrough: look.strike, blink: look.blink)
    }

    /// One row of text, blanks at its end cut.
    public func row(_ row: Int) -> String {
        var line = ""
        for column in 0..<columns { line += cell(row: row, column: column).text }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// All rows of text, blanks at their ends cut.
    public var text: String { (0..<rows).map(row).joined(separator: "\n") }

    private func text(of cell: VTermScreenCell) -> String {
        var text = ""
        withUnsafeBytes(of: cell.chars) { buffer in
            for value in buffer.bindMemory(to: UInt32.self) {
                guard value != 0, let scalar = Unicode.Scalar(value) else { break }
                text.unicodeScalars.append(scalar)
            }
            // In the second column of a wide glyph libvterm keeps a mark that is no scalar.
            if text.isEmpty, buffer.load(as: UInt32.self) == 0 { text = " " }
        }
        return text
    }

    // MARK: What libvterm reports

    private func observing(_ owner: UnsafeMutableRawPointer) -> cvterm_observer {
        return cvterm_observer(
            owner: owner,
            output: { VTermScreen.from($0)?.output += VTermScreen.bytes($1, $2) },
            property: { VTermScreen.from($0)?.set(property: $1, to: $2) },
            title: { VTermScreen.from($0)?.setTitle(VTermScreen.bytes($1, $2), first: $3) },
            bell: { VTermScreen.from($0)?.bells += 1 },
            command: {
                VTermScreen.from($0)?.command(VTermScreen.bytes($1, $2), first: $3, last: $4)
            })
    }

    private static func from(_ owner: UnsafeMutableRawPointer?) -> VTermScreen? {
        owner.map { Unmanaged<VTermScreen>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func bytes(_ start: UnsafePointer<CChar>?, _ count: Int) -> [UInt8] {
        UnsafeBufferPointer(start: start, count: count).map { UInt8(bitPattern: $0) }
    }

    private func set(property: Int32, to value: Int32) {
        switch VTermProp(rawValue: UInt32(property)) {
        case VTERM_PROP_ALTSCREEN: isAlternateScreen = value != 0
        case VTERM_PROP_CURSORVISIBLE: isCursorVisible = value != 0
        case VTERM_PROP_MOUSE: isMouseOn = value != 0
        default: break
        }
    }

    private func setTitle(_ bytes: [UInt8], first: Bool) {
        titleBytes = first ? bytes : titleBytes + bytes
        title = String(decoding: titleBytes, as: UTF8.self)
    }

    private func command(_ bytes: [UInt8], first: Bool, last: Bool) {
        command = first ? bytes : command + bytes
        guard last else { return }
        let parts = String(decoding: command, as: UTF8.self).split(
            separator: ";", omittingEmptySubsequences: false)
        switch parts.first {
        case "52" where parts.count == 3:
            clipboard = Data(base64Encoded: String(parts[2])).map { String(decoding: $0, as: UTF8.self) }
        case "11" where parts.last == "?":
            if let background { output += Array("\u{1B}]11;\(background)\u{1B}\\".utf8) }
        default: break
        }
    }
}

extension VTermScreen.Color {
    fileprivate init(_ value: Int32) {
        switch value {
        case ..<0: self = .terminal
        case ..<(1 << 24): self = .indexed(Int(value))
        default:
            self = .rgb(
                red: Int(value >> 16 & 0xFF), green: Int(value >> 8 & 0xFF), blue: Int(value & 0xFF))
        }
    }
}
