import Foundation

/// Reports when files of some folders have been saved, however an editor does that: by writing them or by renaming another file. While
/// nothing is saved, nothing runs.
public final class FolderWatch: Sendable {
    /// How long saves gather before they are reported, so that several cost no more than one.
    private static let gathering: Duration = .milliseconds(50)

    private let events: FolderEvents

    /// - Parameters:
    ///   - folders: Absolute paths; those that do not exist are left out. A folder of theirs that is created later is watched from then on
    ///     if it is one of them.
    ///   - suffixes: What the names of the files end with, one of these.
    ///   - report: Called on a thread of the watch.
    /// - Returns: nil where nothing can be watched: on other systems than Linux, or when no folder is there.
    public init?(of folders: [String], suffixes: [String], report: @escaping @Sendable () -> Void) {
        guard let events = FolderEvents(of: folders, .saving) else { return nil }
        self.events = events
        let thread = Thread { Self.run(events, folders, suffixes, report) }
        thread.name = "folder-watch"
        thread.start()
    }

    deinit { stop() }

    /// Reports nothing more, except what is being reported now.
    public func stop() { events.stop() }

    private static func run(
        _ events: FolderEvents, _ folders: [String], _ suffixes: [String], _ report: @Sendable () -> Void
    ) {
        while events.wait() {
            if !events.isStopped { Thread.sleep(forTimeInterval: gathering / .seconds(1)) }
            var (isSaved, isCreated) = (false, false)
            let goesOn = events.drain { event in
                switch event {
                case .closed(let name), .renamed(let name), .written(let name):
                    if suffixes.contains(where: name.hasSuffix), !name.hasPrefix(".") { isSaved = true }
                case .folderCreated: isCreated = true
                case .missed: (isSaved, isCreated) = (true, true)
                }
            }
            guard goesOn else { return }
            if isCreated { for folder in folders { events.add(folder) } }
            // What was saved in a new folder before it was watched.
            if isSaved || isCreated { report() }
        }
    }
}
