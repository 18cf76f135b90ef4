using Microsoft.AspNetCore.Connections;

namespace Xmtp.Cli.Serving;

/// <summary>How many connections there may be at a time. Those beyond are told so, and end.</summary>
internal sealed class ConnectionLimit(int max)
{
    private int _count;

    /// <summary>Serves a connection if there is room.</summary>
    /// <param name="connection">It has a place until this returns.</param>
    /// <param name="serve">What is done with it.</param>
    /// <param name="refuse">What is done where there is no place.</param>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate serve, Func<ConnectionContext, ConnectionRefusal, Task> refuse)
    {
        if (Interlocked.Increment(ref _count) > max)
        {
            Interlocked.Decrement(ref _count);
            await refuse(connection, new ConnectionRefusal($"All {max} connections that are served at a time are taken; one has to end first."));
            return;
        }

        try
        {
            await serve(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
