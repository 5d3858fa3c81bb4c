import Foundation
import Subprocess

/// The programs that this process runs, so that they end with it, however it ends.
///
/// A watcher, a shell that waits for the end of this process, knows them and ends those that are left then. In case the watcher is killed
/// as well, each program has a file with its number and that of this process, by which the next process with the same folder ends it.
public actor ProgramRegistry {
    /// nil without files.
    private let folder: String?
    private let own = ProcessIdentity(getpid())
    private var running: Set<pid_t> = []
    private var watcher: AsyncStream<String>.Continuation?

    /// Ends what a process that is gone has left behind.
    /// - Parameter folder: Of the files. It is made when the first program starts, and need not be writable.
    public init(folder: String?) {
        self.folder = folder
        if let folder { Self.endOrphans(in: folder) }
    }

    deinit {
        watcher?.finish()
    }

    /// A program has begun, as the leader of a process group.
    func began(_ program: pid_t) {
        running.insert(program)
        if let watcher {
            watcher.yield("+ \(program)\n")
        } else {
            startWatcher()
        }
        record(program)
    }

    func ended(_ program: pid_t) {
        running.remove(program)
        watcher?.yield("- \(program)\n")
        if let path = path(of: program) { unlink(path) }
    }

    // MARK: The watcher

    /// Is told by its arguments which programs run, and then reads what becomes of them. At the end of its input it asks those that
    /// are left to end, and kills them two seconds later. It is not ended by what asks this process to end.
    private static let script = """
        trap '' TERM INT HUP
        programs="$*"
        while read -r sign number; do
            case $sign in
            +) programs="$programs $number" ;;
            -) rest=
                for program in $programs; do [ "$program" = "$number" ] || rest="$rest $program"; done
                programs=$rest ;;
            esac
        done
        [ -n "$programs" ] || exit 0
        for program in $programs; do kill -s TERM -- "-$program"; done
        sleep 2
        for program in $programs; do kill -s KILL -- "-$program"; done
        """

    private func startWatcher() {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        watcher = continuation
        Task.detached { [weak self, running] in
            await Self.watch(running, lines)
            await self?.watcherEnded()
        }
    }

    /// Returns when the watcher has ended, or cannot be started: then the files are left.
    private static func watch(_ running: Set<pid_t>, _ lines: AsyncStream<String>) async {
        guard let reserve = await StartReserve.acquire() else { return }
        var options = PlatformOptions()
        options.createSession = true
        _ = try? await Subprocess.run(
            .path("/bin/sh"),
            arguments: Arguments(["-c", script, "parley-watcher"] + running.map { String($0) }),
            environment: .custom(["PATH": "/usr/bin:/bin"]), workingDirectory: "/",
            platformOptions: options, input: .inputWriter, output: .discarded, error: .discarded
        ) { watcher in
            reserve.release()
            for await line in lines { _ = try await watcher.standardInputWriter.write(Array(line.utf8)) }
            try await watcher.standardInputWriter.finish()
        }
    }

    /// The next program starts another.
    private func watcherEnded() {
        watcher = nil
    }

    // MARK: Files

    private func path(of program: pid_t) -> String? { folder.map { "\($0)/\(program)" } }

    /// Without the file only a watcher that is killed too leaves the program behind.
    private func record(_ program: pid_t) {
        guard let folder, let path = path(of: program), let own, let identity = ProcessIdentity(program)
        else { return }
        mkdir(folder, 0o700)
        _ = FileManager.default.createFile(
            atPath: path, contents: Data("\(identity)\n\(own)\n".utf8),
            attributes: [.posixPermissions: 0o600])
    }

    private static func endOrphans(in folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let path = folder + "/" + name
            let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
            let identities = (text ?? "").split(separator: "\n").map { ProcessIdentity(String($0)) }
            // Two lines, or a file that is just being written.
            guard identities.count == 2, let program = identities[0], let parent = identities[1],
                name == String(program.number), !parent.isAlive
            else { continue }
            if program.isAlive { kill(-program.number, SIGKILL) }
            unlink(path)
        }
    }
}
