using System.Net;

namespace PushServer.Delivering;

/// <summary>How one try to deliver ended.</summary>
/// <param name="Outcome">What is to be done.</param>
/// <param name="RetryAfter">When the receiver wants to be asked again; null when it did not say.</param>
internal readonly record struct Attempt(Outcome Outcome, TimeSpan? RetryAfter = null)
{
    /// <summary>What a status of HTTP means for a delivery.</summary>
    public static Attempt Of(HttpStatusCode status, TimeSpan? retryAfter) => status switch
    {
        >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new(Outcome.Delivered),
        HttpStatusCode.NotFound or HttpStatusCode.Gone => new(Outcome.Gone),

        // What is wrong with this one message will not get better; the next may be taken.
        HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => new(Outcome.Refused),
        _ => new(Outcome.Failed, retryAfter),
    };
}
