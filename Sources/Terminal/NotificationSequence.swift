import Foundation
import RichText

/// The control sequence of a desktop notification, in the form that the terminal knows, and through the multiplexer that it runs in.
struct NotificationSequence {
    enum Multiplexer: Hashable {
        case tmux, screen
    }

    let form: DesktopNotification.Form
    let multiplexer: Multiplexer?

    /// What the terminal probably knows, by the variables that terminals set. Inside a multiplexer these are of the terminal that it was
    /// started in. What does not know the sequence ignores it.
    init(environment: [String: String], type: String) {
        func isSet(_ name: String) -> Bool { !environment[name, default: ""].isEmpty }
        let programs = [environment["TERM_PROGRAM"], environment["LC_TERMINAL"]].compactMap(\.self)
        if isSet("KITTY_WINDOW_ID") || type.contains("kitty") {
            form = .osc99
        } else if isSet("VTE_VERSION") || isSet("KONSOLE_VERSION")
            || ["rxvt", "foot"].contains(where: type.hasPrefix)
        {
            form = .osc777
        } else if programs.contains(where: ["iTerm.app", "iTerm2", "WezTerm", "ghostty"].contains) {
            form = .osc9
        } else {
            form = .osc777
        }
        multiplexer = isSet("TMUX") ? .tmux : isSet("STY") ? .screen : nil
    }

    /// - Parameter form: another form than the terminal's own.
    func bytes(for notification: DesktopNotification, as form: DesktopNotification.Form?) -> [UInt8] {
        let title = Self.safe(notification.title)
        let text = Self.safe(notification.text)
        switch form ?? self.form {
        // A text that begins with a number would be a command of ConEmu and Windows Terminal; the title does not.
        case .osc9: return passed("\u{1B}]9;\(title): \(text)\u{1B}\\")
        case .osc777: return passed("\u{1B}]777;notify;\(title);\(text)\u{1B}\\")
        case .osc99:
            return passed("\u{1B}]99;i=parley:d=0;\(title)\u{1B}\\")
                + passed("\u{1B}]99;i=parley:p=body;\(text)\u{1B}\\")
        }
    }

    /// One short line without what would end a field or the sequence.
    private static func safe(_ text: String) -> String {
        let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(200)))
        return SafeText.line(start, replacing: .blank).replacing(";", with: ",")
    }

    private func passed(_ sequence: String) -> [UInt8] {
        switch multiplexer {
        case nil: Array(sequence.utf8)
        // tmux takes what is inside with each escape doubled, if its option allow-passthrough is on.
        case .tmux: Array("\u{1B}Ptmux;\(sequence.replacing("\u{1B}", with: "\u{1B}\u{1B}"))\u{1B}\\".utf8)
        // screen ends its own sequence at the first terminator, so the one inside is a bell.
        case .screen: Array("\u{1B}P\(sequence.replacing("\u{1B}\\", with: "\u{7}"))\u{1B}\\".utf8)
        }
    }
}
