import Foundation

/// How many files and connections the system allows this process.
enum DescriptorLimit {
    /// Raises the limit as far as the system lets a program do that by itself.
    static func raise() {
        guard var limit = current else { return }
        let wanted = min(limit.rlim_max, rlim_t(most))
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        setrlimit(resource, &limit)
    }

    /// - Throws: ``Failure`` if the limit is too low for the network: the library under it would end the program.
    static func check() throws {
        guard let limit = current, limit.rlim_cur < rlim_t(least) else { return }
        throw Failure(
            message: "The system allows this program \(limit.rlim_cur) open files, and it needs \(least). "
                + "Raise the limit: ulimit -n \(max(1024, least))",
            status: ExitStatus.Status.unavailable)
    }

    /// More would be of no use, and some programs that inherit the limit take long to close that many.
    private static let most = 65536
    /// Each processor has a thread for connections, with three descriptors of its own.
    private static let least = 40 + 3 * ProcessInfo.processInfo.activeProcessorCount

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    private static var current: rlimit? {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? limit : nil
    }
}
