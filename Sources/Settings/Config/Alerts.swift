import RichText

/// How a person who looks elsewhere learns that a turn has ended.
public struct Alerts: Hashable, Sendable {
    public enum Notifications: Hashable, Sendable {
        case off
        /// By the control sequence that the terminal probably knows.
        case automatic
        case sequence(DesktopNotification.Form)
        /// By a program, which gets title and text as its last two arguments.
        case command([String])
    }

    /// Whether the terminal's bell rings.
    public var bell: Bool
    public var notifications: Notifications

    public init(bell: Bool = true, notifications: Notifications = .automatic) {
        self.bell = bell
        self.notifications = notifications
    }
}

extension Alerts.Notifications: CustomStringConvertible {
    /// As in the config, a command without its list.
    public var description: String {
        switch self {
        case .off: "off"
        case .automatic: "auto"
        case .sequence(let form): form.rawValue
        case .command(let words): words.joined(separator: " ")
        }
    }
}

extension SettingsFile {
    /// Reads `bell` and `notify`; what is wrong is reported, and the default counts.
    mutating func alerts() -> Alerts {
        var alerts = Alerts()
        if let bell = boolean(at: ["bell"], example: "bell = true") { alerts.bell = bell }
        if let notifications = notifications(at: ["notify"]) { alerts.notifications = notifications }
        return alerts
    }

    private mutating func notifications(at path: Path) -> Alerts.Notifications? {
        let example = #"notify = ["notify-send", "--app-name=Parley"]"#
        if case .array? = node(at: path) {
            guard let words = strings(at: path, example: example) else { return nil }
            if let program = words.first, !program.isEmpty { return .command(words) }
            report("notify names no program.", at: path, advice: "Write it as in \(example)")
            return nil
        }
        let forms = DesktopNotification.Form.allCases
        let known = ["auto", "off"] + forms.map(\.rawValue)
        guard let name = string(at: path, example: #"notify = "auto""#) else { return nil }
        switch name {
        case "auto": return .automatic
        case "off": return .off
        default:
            if let form = DesktopNotification.Form(rawValue: name) { return .sequence(form) }
            report(
                "There is no kind of notification \(Self.quoted(name)).", at: path,
                advice: NearestName(known: known).advice(for: name))
            return nil
        }
    }
}
