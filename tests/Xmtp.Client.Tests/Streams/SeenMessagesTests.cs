using Xmtp.Client.Messages;
using Xmtp.Client.Streams;

namespace Xmtp.Client.Tests.Streams;

public sealed class SeenMessagesTests
{
    private readonly SeenMessages _seen = new(3);

    [Fact]
    public void Add_BeyondTheCapacity_ForgetsTheOldest()
    {
        Add(0, 5);
        Assert.False(_seen.Add(Id(4)));
        Assert.Equal([2, 3, 4], Kept(5));
    }

    [Fact]
    public void Add_BeyondTheCapacityAfterAPosition_KeepsAllSinceIt()
    {
        Add(0, 5);
        _seen.MarkPosition();
        Add(5, 100);
        Assert.Equal(Enumerable.Range(5, 100), Kept(105));
    }

    [Fact]
    public void MarkPosition_ThirdOne_LetsGoWhatCameBeforeTheFirst()
    {
        _seen.MarkPosition();
        Add(0, 10);
        _seen.MarkPosition();
        Add(10, 10);
        Assert.Equal(Enumerable.Range(0, 20), Kept(20));
        _seen.MarkPosition();
        Assert.Equal(Enumerable.Range(10, 10), Kept(20));
        _seen.MarkPosition();
        Assert.Equal([17, 18, 19], Kept(20));
    }

    [Fact]
    public void ForgetPosition_MuchKept_GoesBackToTheCapacity()
    {
        _seen.MarkPosition();
        Add(0, 10);
        _seen.ForgetPosition();
        Assert.Equal([7, 8, 9], Kept(10));
        _seen.MarkPosition();
        Add(10, 10);
        Assert.Equal(Enumerable.Range(10, 10), Kept(20));
    }

    private static MessageId Id(int number) => MessageId.FromMessage(BitConverter.GetBytes(number));

    private void Add(int from, int count)
    {
        for (var i = from; i < from + count; i++) Assert.True(_seen.Add(Id(i)));
    }

    private IEnumerable<int> Kept(int count) => Enumerable.Range(0, count).Where(number => _seen.Contains(Id(number)));
}
