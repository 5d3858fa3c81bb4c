import Foundation
import RichText
import SessionCore

/// What the application needs from the program around it.
public struct ApplicationServices {
    /// Passes an intent to the session manager.
    public var submit: (Intent) -> Void
    /// Runs the person's editor on a text and returns the result; throws an error whose description is for the person.
    public var edit: (String) throws -> String
    /// Writes the choice of a theme into the configuration.
    public var saveTheme: (String) throws -> Void
    /// Puts text on the clipboard by the programs for it, beside what the terminal does; false if there are none.
    public var copy: (String) -> Bool
    /// Reads what is on the clipboard; the answer comes through the mailbox.
    public var readClipboard: () -> Void
    /// Runs a command of the person that shows a notification.
    public var notify: ([String], DesktopNotification) -> Void
    /// Carries out a request of the account wizard; the answer comes through the mailbox.
    public var configureAccount: (AccountWizardRequest) -> Void
    /// Asks the service of an account for its agents; the answer comes through the mailbox.
    public var listAgents: (AccountName) -> Void
    /// Lists the files of a folder, as it was typed; the answer comes through the mailbox.
    public var listFiles: (String) -> Void
    /// Reads a text file; the answer comes through the mailbox.
    public var readFile: (String) -> Void
    /// Reads a text file to attach it; the answer comes through the mailbox.
    public var attachFile: (String) -> Void
    /// Writes a text into a new file of this name; the answer comes through the mailbox.
    public var writeFile: (_ text: String, _ path: String) -> Void
    /// Writes a task into a new file, in the form that the ending of its name says; the answer comes through the mailbox.
    public var exportTask: (ChatTask.ID, _ path: String) -> Void
    /// Opens an address in the person's browser.
    public var openLink: (String) -> Void
    /// Puts ``Mail/settled`` into the mailbox when the session manager has carried out what was submitted before.
    public var settle: () -> Void
    public var clock: Clock

    /// Both readings of the time: the interface reads no other clock.
    public struct Clock {
        /// For deadlines and costs.
        public var instant: () -> ContinuousClock.Instant
        /// For labels.
        public var date: () -> Date

        public init(instant: @escaping () -> ContinuousClock.Instant, date: @escaping () -> Date) {
            self.instant = instant
            self.date = date
        }

        public static var system: Clock { Clock(instant: { .now }, date: { .now }) }
    }

    public init(
        submit: @escaping (Intent) -> Void, edit: @escaping (String) throws -> String,
        saveTheme: @escaping (String) throws -> Void,
        copy: @escaping (String) -> Bool = { _ in false },
        readClipboard: @escaping () -> Void = {},
        notify: @escaping ([String], DesktopNotification) -> Void = { _, _ in },
        configureAccount: @escaping (AccountWizardRequest) -> Void = { _ in },
        listAgents: @escaping (AccountName) -> Void = { _ in },
        listFiles: @escaping (String) -> Void = { _ in }, readFile: @escaping (String) -> Void = { _ in },
        attachFile: @escaping (String) -> Void = { _ in },
        writeFile: @escaping (String, String) -> Void = { _, _ in },
        exportTask: @escaping (ChatTask.ID, String) -> Void = { _, _ in },
        openLink: @escaping (String) -> Void = { _ in }, settle: @escaping () -> Void = {},
        clock: Clock = .system
    ) {
        self.submit = submit
        self.edit = edit
        self.saveTheme = saveTheme
        self.copy = copy
        self.readClipboard = readClipboard
        self.notify = notify
        self.configureAccount = configureAccount
        self.listAgents = listAgents
        self.listFiles = listFiles
        self.readFile = readFile
        self.attachFile = attachFile
        self.writeFile = writeFile
        self.exportTask = exportTask
        self.openLink = openLink
        self.settle = settle
        self.clock = clock
    }
}

extension ApplicationServices {
    /// Carries out an effect that concerns neither the screen nor what is shown.
    /// - Returns: false for other effects.
    func carryOut(_ effect: Effect) -> Bool {
        switch effect {
        case .submit(let intent): submit(intent)
        case .configureAccount(let request): configureAccount(request)
        case .listAgents(let account): listAgents(account)
        case .listFiles(let folder): listFiles(folder)
        case .readFile(let path): readFile(path)
        case .attachFile(let path): attachFile(path)
        case .writeFile(let text, let path): writeFile(text, path)
        case .exportTask(let task, let path): exportTask(task, path)
        case .openLink(let address): openLink(address)
        case .readClipboard: readClipboard()
        case .copy, .bell, .notify, .suspend, .redraw, .openEditor, .saveTheme, .notice, .quit: return false
        }
        return true
    }
}
