namespace PushServer.Storage;

/// <summary>One notification on its way to one installation.</summary>
/// <param name="Number">Its place in the outbox.</param>
/// <param name="Installation">Whom it is for.</param>
/// <param name="Id">The same whenever the same message is delivered to the same installation.</param>
/// <param name="Topic">The message's topic.</param>
/// <param name="Message">The encrypted message.</param>
/// <param name="Created">When it was put here.</param>
/// <param name="Attempts">How often it was tried.</param>
internal sealed record Delivery(long Number, string Installation, string Id, string Topic, byte[] Message, DateTimeOffset Created, int Attempts);
