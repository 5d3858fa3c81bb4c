import Foundation

/// How far something is here that a service gives page by page.
public enum FetchState: Hashable, Sendable {
    /// The next page is on its way.
    case loading
    /// The service has more than is here.
    case more
    /// All the service has is here.
    case complete
    /// The next page could not be had, and is asked for again by itself at this time.
    case waiting(ServiceError, until: Date)
    /// The next page could not be had, and is asked for again on the person's word.
    case failed(ServiceError)
}
