import Foundation

/// How much is here of something that a service gives page by page.
public enum FetchState: Hashable, Sendable {
    /// The next page is on its way.
    case loading
    /// The service has more than is here.
    case more
    /// All the service has is here.
    case complete
    /// The next page could not be fetched, and is fetched again at this time.
    case waiting(ServiceError, until: Date)
    /// The next page could not be fetched, and is fetched again when the person asks.
    case failed(ServiceError)
}
