using System.IO.Pipelines;
using Xmtp.Node.Calls;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Tests.Calls;

public sealed class BudgetedBodyReaderTests
{
    private const int Step = 256 << 10;

    [Fact]
    public async Task Read_SmallBody_TakesNothing()
    {
        var budget = new BodyBudget(0);
        var reader = new BudgetedBodyReader(PipeReader.Create(new(new byte[Step])), budget);
        Assert.Equal(Step, (await reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer.Length);
        reader.Release();
        Assert.Equal(0, budget.Left);
    }

    [Fact]
    public async Task LargeBody_TakesWhatIsHeld_AndGivesItBack()
    {
        var budget = new BodyBudget(3 * Step);
        var reader = new BudgetedBodyReader(PipeReader.Create(new(new byte[Step + 1])), budget);
        var read = await reader.ReadAsync(TestContext.Current.CancellationToken);
        reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        Assert.Equal(Step, budget.Left);
        reader.Release();
        reader.Release();
        Assert.Equal(3 * Step, budget.Left);
    }

    [Fact]
    public async Task Read_BodyThatIsConsumed_IsGivenBackWhileTheStreamGoesOn()
    {
        var budget = new BodyBudget(3 * Step);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var reader = new BudgetedBodyReader(pipe.Reader, budget);
        await pipe.Writer.WriteAsync(new byte[2 * Step], TestContext.Current.CancellationToken);
        var read = await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Step, budget.Left);
        reader.AdvanceTo(read.Buffer.End);
        await pipe.Writer.WriteAsync(new byte[1], TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3 * Step, budget.Left);
    }

    [Fact]
    public async Task BodyBeyondTheBudget_IsRefused_AndHoldsNothing()
    {
        var budget = new BodyBudget(2 * Step);
        var first = new BudgetedBodyReader(PipeReader.Create(new(new byte[2 * Step])), budget);
        await first.ReadAsync(TestContext.Current.CancellationToken);
        var second = new BudgetedBodyReader(PipeReader.Create(new(new byte[2 * Step])), budget);
        var refused = await Assert.ThrowsAsync<XmtpException>(async () => await second.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCatalogue.Unavailable, refused.Code);
        second.Release();
        first.Release();
        Assert.Equal(2 * Step, budget.Left);
    }
}
