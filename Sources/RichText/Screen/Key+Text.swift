/// Keys as people write them: `ctrl-n`, `alt-enter`, `shift-up`, `f1`, `alt-1`, `space`, `pgup`, `alt-/`.
extension Key: CustomStringConvertible {
    /// Parses a key; nil when there is no such key.
    ///
    /// Modifiers come first, each once, in any order. Names and modifiers are read in any case; a single character means itself,
    /// so `A` is a capital A. With control the case of a letter makes no difference; shift and a letter is its capital. Shift and
    /// any other character is not a key, because the character that it types depends on the keyboard.
    public init?(text: String) {
        var rest = Substring(text)
        var modifiers: Modifiers = []
        while let (modifier, after) = Self.modifier(rest) {
            guard modifiers.insert(modifier).inserted else { return nil }
            rest = after
        }
        guard let code = Self.code(rest) else { return nil }
        self.init(code, modifiers)
        guard case .character(let character) = code, character != " " else { return }
        if modifiers.contains(.control) {
            self.code = .character(Self.recased(character, upper: false))
        } else if modifiers.contains(.shift) {
            guard character.isLetter else { return nil }
            self.code = .character(Self.recased(character, upper: true))
            self.modifiers.remove(.shift)
        }
    }

    /// The form that ``init(text:)`` parses; modifiers in the order ctrl, alt, shift.
    public var description: String {
        var text = ""
        if modifiers.contains(.control) { text += "ctrl-" }
        if modifiers.contains(.alt) { text += "alt-" }
        if modifiers.contains(.shift) { text += "shift-" }
        return text + name
    }

    private var name: String {
        switch code {
        case .character(" "): "space"
        case .character(let character): String(character)
        case .function(let number): "f\(number)"
        default: Self.names.first { $0.code == code }?.name ?? ""
        }
    }

    /// The names of keys that are no characters, besides `f1` to `f24`, as ``description`` writes them.
    public static var namedKeys: [String] {
        names.reduce(into: []) { known, key in
            if Key(text: key.name)?.description == key.name { known.append(key.name) }
        }
    }

    /// The first name of a key is the canonical one.
    private static let names: [(name: String, code: Code)] = [
        ("enter", .enter), ("return", .enter), ("tab", .tab), ("esc", .escape), ("escape", .escape),
        ("backspace", .backspace), ("del", .delete), ("delete", .delete), ("ins", .insert),
        ("insert", .insert), ("up", .up), ("down", .down), ("left", .left), ("right", .right),
        ("home", .home), ("end", .end), ("pgup", .pageUp), ("pageup", .pageUp), ("pgdn", .pageDown),
        ("pagedown", .pageDown), ("space", .character(" ")),
    ]

    private static let modifierNames: [(name: String, modifier: Modifiers)] = [
        ("ctrl-", .control), ("control-", .control), ("alt-", .alt), ("meta-", .alt), ("shift-", .shift),
    ]

    /// The modifier that `text` starts with, if something follows it.
    private static func modifier(_ text: Substring) -> (Modifiers, Substring)? {
        let lower = text.lowercased()
        for (name, modifier) in modifierNames where lower.hasPrefix(name) && lower.count > name.count {
            return (modifier, text.dropFirst(name.count))
        }
        return nil
    }

    private static func code(_ text: Substring) -> Code? {
        if text.count == 1, let character = text.first {
            let glyphs = Array(Glyphs(String(character)))
            // A space has a name; a control character is another key with control.
            return character != " " && glyphs.first?.character == character ? .character(character) : nil
        }
        let lower = text.lowercased()
        if let named = names.first(where: { $0.name == lower }) { return named.code }
        guard lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...24).contains(number),
            lower == "f\(number)"
        else { return nil }
        return .function(number)
    }

    /// The character in the other case, where that is one character too.
    private static func recased(_ character: Character, upper: Bool) -> Character {
        let text = upper ? character.uppercased() : character.lowercased()
        return text.count == 1 ? text.first ?? character : character
    }
}
