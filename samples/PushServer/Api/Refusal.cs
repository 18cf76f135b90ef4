namespace PushServer.Api;

/// <summary>A request that is refused, with what to tell the caller.</summary>
internal sealed class Refusal(int status, string detail) : Exception(detail)
{
    public int Status => status;

    public static Refusal Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
